"""The data map: `declaring` how a line of it is written, `accounts` and `work` the lines of tables, `places` those of what is no
table, `page` the document made of it."""
