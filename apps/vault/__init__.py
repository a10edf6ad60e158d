"""密钥: the keys under which personal data lies, wrapped, dated, replaced; the keys of keys stay outside the database."""
