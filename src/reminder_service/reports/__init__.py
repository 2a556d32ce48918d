"""What goes out as a file: the consolidated workbook, the unit's own form, the official form filled in."""
