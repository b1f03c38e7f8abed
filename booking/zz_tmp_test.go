package booking_test

func waitShortcuts() []shortcut   { return nil }
func partShortcuts() []shortcut   { return nil }
func changeShortcuts() []shortcut { return nil }
func pairShortcuts() []shortcut   { return nil }
