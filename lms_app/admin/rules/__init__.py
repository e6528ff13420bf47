"""What lists of people mean, without a database: `columns` which table it is, `entries` what a line of it says."""
