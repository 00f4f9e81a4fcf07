"""The page itself: one template for each page, one style sheet, one script. Nothing is built."""
