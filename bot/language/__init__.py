"""Letters, words and names of Azerbaijani and English: pure, with its data as TOML beside it."""
