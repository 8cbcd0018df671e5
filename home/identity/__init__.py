"""What makes a site look like its organisation: colours, type, logo and sign."""
