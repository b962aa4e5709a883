"""Files and messages of other systems, one module for each format."""
