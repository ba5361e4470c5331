"""From a loop's place in a file to candidate texts: region, contract, roles, spellings. Nothing is executed here."""
