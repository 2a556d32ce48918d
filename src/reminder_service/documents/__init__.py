"""From the bytes of a file to what stands in it: sniff, unpack, one reader per format, in a child process."""
