"""The way in: mailboxes and watched folders read, originals kept, mails taken apart, files read and read again."""
