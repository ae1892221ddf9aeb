"""R processes: started, asked, replaced when they end, and gone with their parent."""
