package booking

import "time"

// strayAfter are the times at which a bank is asked once more about a payment
// that it said was undone: some book what was long on its way all the same.
func strayAfter(asked int) (time.Duration, bool) {
	after := [...]time.Duration{15 * time.Minute, 2 * time.Hour, 24 * time.Hour}
	if asked >= len(after) {
		return 0, false
	}
	return after[asked], true
}

// watchStray has the bank asked about the payment that was undone.
func (a *applied) watchStray() {
	a.o.StrayDue = time.Time{}
	if a.o.Reason != ClosedDebitUnknown {
		return
	}
	if wait, more := strayAfter(a.o.StrayAsked); more {
		a.o.StrayDue = a.now.Add(wait)
	}
}

// straying looks for money that came after the seats went back. It is returned
// and buys no ticket: the customer was told that nothing is charged and may have
// booked again.
func (a *applied) straying(e Event) bool {
	if a.o.Reason != ClosedDebitUnknown {
		return false
	}
	switch e.Kind {
	case AskStray:
		if a.o.StrayDue.IsZero() || a.now.Before(a.o.StrayDue) {
			return false
		}
		a.o.StrayAsked++
		a.watchStray()
		a.call(CallStray)
	case StrayBooked:
		a.collected()
		a.o.Stray, a.o.StrayDue = true, time.Time{}
		a.enter(Reversing)
		a.call(CallReverse)
	case StrayNone:
	default:
		return false
	}
	return true
}
