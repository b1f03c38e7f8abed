package bank

import (
	"fmt"

	"shortfare/booking"
)

// Mode is how Sim treats debits at the moment.
type Mode string

// Modes.
const (
	ModeApprove      Mode = "approve"       // as the test accounts and amounts say
	ModeDecline      Mode = "decline"       // every debit is declined
	ModeSilent       Mode = "silent"        // debits get no answer and are not booked
	ModeSilentBooked Mode = "silent-booked" // debits get no answer and are booked
	ModeLate         Mode = "late"          // debits are booked and answered late
	ModeStray        Mode = "stray"         // debits get no answer, and are booked StrayAfter later although they were reversed
	ModeDown         Mode = "down"          // no call of any kind gets through
)

// Modes lists every mode.
func Modes() []Mode {
	return []Mode{ModeApprove, ModeDecline, ModeSilent, ModeSilentBooked, ModeLate, ModeStray, ModeDown}
}

// ParseMode reads a mode's name. The error lists those there are.
func ParseMode(name string) (Mode, error) {
	for _, m := range Modes() {
		if string(m) == name {
			return m, nil
		}
	}
	return "", fmt.Errorf("bank: no mode %q, there are %v", name, Modes())
}

// behaviour is what Sim does with one debit.
type behaviour struct {
	refuse booking.Reason // none: approve
	lost   bool           // the request never gets to the ledger
	silent bool           // no answer
	late   bool           // booked and answered late
	stray  bool           // booked much later, whatever was said meanwhile
}

// accounts are the documented test numbers.
var accounts = map[string]behaviour{
	"4000000000000002": {refuse: booking.ReasonDeclined},
	"4000000000009995": {refuse: booking.ReasonDeclined},
	"4000000000000069": {refuse: booking.ReasonAccount},
	"4000000000000119": {lost: true, silent: true},
	"4000000000000127": {silent: true},
	"4000000000000341": {late: true},
}

// behave decides by mode, then by number, then by amount.
func behave(m Mode, number []byte, amount booking.Money) behaviour {
	switch m {
	case ModeDecline:
		return behaviour{refuse: booking.ReasonDeclined}
	case ModeSilent:
		return behaviour{lost: true, silent: true}
	case ModeSilentBooked:
		return behaviour{silent: true}
	case ModeLate:
		return behaviour{late: true}
	case ModeStray:
		return behaviour{stray: true}
	}
	if b, ok := accounts[string(number)]; ok {
		return b
	}
	switch amount.Minor % 100 {
	case 97:
		return behaviour{refuse: booking.ReasonDeclined}
	case 98:
		return behaviour{lost: true, silent: true}
	case 99:
		return behaviour{late: true}
	}
	return behaviour{}
}

// digits drops what people write between the digits of a number.
func digits(number []byte) []byte {
	kept := number[:0]
	for _, c := range number {
		if c >= '0' && c <= '9' {
			kept = append(kept, c)
		}
	}
	return kept
}
