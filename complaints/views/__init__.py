"""The pages about orders: report, follow, lists, one order, photos."""
