package smsc

import (
	"slices"

	"shortfare/smpp/pdu"
)

// Spoiled is a way in which the answer to a submit_sm goes wrong.
type Spoiled uint8

// The ways. The text was taken and reaches its handset, but for SpoiledNack.
const (
	SpoiledNone     Spoiled = iota
	SpoiledType             // the answer to another command
	SpoiledSequence         // a sequence_number that nobody asked with
	SpoiledTwice            // the answer comes twice
	SpoiledBody             // ESME_ROK without a message id
	SpoiledNack             // generic_nack; the text is not taken
)

var spoiledNames = [...]string{"", "type", "sequence", "twice", "body", "nack"}

// String returns the word that the control "answers" has for it.
func (s Spoiled) String() string { return spoiledNames[s] }

// MarshalText writes the word into the ledger.
func (s Spoiled) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word; one that it does not know is SpoiledNone.
func (s *Spoiled) UnmarshalText(text []byte) error {
	*s = Spoiled(max(slices.Index(spoiledNames[:], string(text)), 0))
	return nil
}

// PartsFault is what can happen to the parts of a long text on its way.
type PartsFault uint8

// What can happen.
const (
	PartsReversed PartsFault = iota // the last part first
	PartsTwice                      // every part twice
	PartsLost                       // the last part never
)

var partsNames = [...]string{"reverse", "twice", "lose"}

// String returns the word that the control "parts" has for it.
func (f PartsFault) String() string { return partsNames[f] }

// spoilParts changes what is sent of a long text. mu is held.
func (s *SMSC) spoilParts(m *mo) {
	m.numbers = make([]int, len(m.pdus))
	for i := range m.numbers {
		m.numbers[i] = i + 1
	}
	if len(m.pdus) < 2 {
		return
	}
	for way := range s.faults.parts {
		if !s.faults.parts[way].take() {
			continue
		}
		m.Damage = append(m.Damage, PartsFault(way).String())
		switch PartsFault(way) {
		case PartsReversed:
			slices.Reverse(m.pdus)
			slices.Reverse(m.numbers)
		case PartsTwice:
			var pdus []*pdu.PDU
			var numbers []int
			for i, p := range m.pdus {
				pdus, numbers = append(pdus, p, p), append(numbers, m.numbers[i], m.numbers[i])
			}
			m.pdus, m.numbers = pdus, numbers
		default:
			last := slices.Max(m.numbers)
			keep := func(n int) bool { return n != last }
			var pdus []*pdu.PDU
			var numbers []int
			for i, p := range m.pdus {
				if keep(m.numbers[i]) {
					pdus, numbers = append(pdus, p), append(numbers, m.numbers[i])
				}
			}
			m.pdus, m.numbers = pdus, numbers
		}
	}
}
