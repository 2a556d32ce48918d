"""Mail in (IMAP) and out (SMTP, composing)."""
