"""From a submission to a record, and from a class of them to a table: verdicts, points, causes."""
