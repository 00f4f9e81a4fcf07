"""The sample reports: invented persons and cases, one file for each group of themes."""
