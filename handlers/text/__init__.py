"""Every sentence a person can receive, in Azerbaijani and English; no platform is known here."""
