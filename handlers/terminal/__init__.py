"""What stands behind the command line: composition of the program and the JSON-lines tools."""
