"""The place "Einstellungen": the firm, its rules, its special days, its people."""
