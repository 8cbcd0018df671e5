"""The identity of an organisation: the colours, type, logo and sign of its site."""
