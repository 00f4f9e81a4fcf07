"""Article -> Story: the same report in Azerbaijani and English, and in other outlets too."""
