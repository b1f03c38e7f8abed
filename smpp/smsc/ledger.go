package smsc

import (
	"io"
	"slices"
	"time"

	"shortfare/smpp/pdu"
)

// State is what became of a text from a handset.
type State string

// The states. Acked and Rejected are final.
const (
	Queued   State = "queued"   // not acknowledged yet
	Acked    State = "acked"    // every part was answered ESME_ROK
	Rejected State = "rejected" // a part was refused for good: the SMSC gave it up
)

// Outcome is what became of one deliver_sm.
type Outcome string

// The outcomes.
const (
	InFlight  Outcome = "in flight"
	Answered  Outcome = "answered"  // Delivery.Status is the answer
	Unknown   Outcome = "unknown"   // no answer came: the ESME may have acted on it
	NotSent   Outcome = "not sent"  // the connection ended before an octet left; only duplicates stay in the ledger so
	Forgotten Outcome = "forgotten" // the answer came, and a fault made the SMSC lose it
)

// Delivery is one deliver_sm that was sent.
type Delivery struct {
	Bind      int64      `json:"bind"`
	Part      int        `json:"part"` // from 1
	Sequence  uint32     `json:"sequence"`
	Sent      time.Time  `json:"sent"`
	Answered  time.Time  `json:"answered,omitzero"`
	Outcome   Outcome    `json:"outcome"`
	Status    pdu.Status `json:"status"`
	Duplicate bool       `json:"duplicate,omitempty"` // a fault sent it although it was acknowledged
}

// MO is a text from a handset, or a receipt, and every attempt to deliver it.
type MO struct {
	ID         int64      `json:"id"`
	From       string     `json:"from"`
	To         string     `json:"to"`
	Text       string     `json:"text"`
	Receipt    string     `json:"receipt,omitempty"` // the message id that a receipt is for
	Parts      int        `json:"parts"`
	Queued     time.Time  `json:"queued"`
	Acked      time.Time  `json:"acked,omitzero"` // when the last part was acknowledged
	State      State      `json:"state"`
	Status     pdu.Status `json:"status"`           // the last answer
	Damage     []string   `json:"damage,omitempty"` // what a fault did to its parts, as in PartsFault
	Again      int64      `json:"again,omitempty"`  // the ID of the acknowledged text that a fault sent again
	Deliveries []Delivery `json:"deliveries"`
}

// MT is one submit_sm or data_sm of an ESME.
type MT struct {
	ID        int64      `json:"id"`
	Bind      int64      `json:"bind"`
	SystemID  string     `json:"system_id"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Text      string     `json:"text"` // of this part
	Part      int        `json:"part"` // 1 of 1 for a text by itself
	Parts     int        `json:"parts"`
	MessageID string     `json:"message_id,omitempty"` // empty if it was refused
	At        time.Time  `json:"at"`
	Status    pdu.Status `json:"status"`             // as answered or meant to be
	Withheld  bool       `json:"withheld,omitempty"` // a fault kept the answer back
	Spoiled   Spoiled    `json:"spoiled,omitzero"`   // how a fault spoiled the answer
	State     string     `json:"state,omitempty"`    // "deleted" or "expired" if it never got there, "replaced"
	Resp      time.Time  `json:"resp,omitzero"`      // when the answer was given to the connection
	Shown     int64      `json:"shown,omitempty"`    // Text.ID of what the handset made of it; 0 while parts are missing

	streamed bool
}

// Text is a text as a handset shows it, joined from its parts.
type Text struct {
	ID   int64     `json:"id"` // grows with time, over all handsets
	To   string    `json:"to"`
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
	MTs  []int64   `json:"mts"` // MT.ID of its parts
}

// Ledger is everything that went over the wire, as the SMSC saw it.
type Ledger struct {
	MOs      []MO
	Receipts []MO
	Repeats  []MO // acknowledged texts that a fault sent again: MO.Again
	MTs      []MT
	Texts    []Text
	PDUs     []PDU // the newest, as many as Config.KeepPDUs
}

// Ledger returns a copy of what was seen until now, each list in order of time.
func (s *SMSC) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := Ledger{MOs: copyMOs(s.mos.items), Receipts: copyMOs(s.receipts.items), Repeats: copyMOs(s.repeats.items),
		MTs: make([]MT, len(s.mts.items)), Texts: make([]Text, len(s.texts.items)), PDUs: s.wire.log.all()}
	for i, m := range s.mts.items {
		l.MTs[i] = *m
	}
	for i, t := range s.texts.items {
		t.MTs = slices.Clone(t.MTs)
		l.Texts[i] = t
	}
	return l
}

func copyMOs(from []*mo) []MO {
	to := make([]MO, len(from))
	for i, m := range from {
		to[i] = m.copy()
	}
	return to
}

func (m *mo) copy() MO {
	c := m.MO
	c.Deliveries = slices.Clone(c.Deliveries)
	return c
}

// FlushLedger writes to Config.Stream what is not final yet, texts that wait
// included, and what was held back. It is for the end: a row that becomes final
// later is written once more. The error is the first one that Stream ever gave.
func (s *SMSC) FlushLedger() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for kind, list := range map[string][]*mo{"mo": s.mos.items, "receipt": s.receipts.items, "repeat": s.repeats.items} {
		for _, m := range list {
			if !m.streamed {
				c := m.copy()
				s.stream.row(moRow{kind, &c})
			}
		}
	}
	for _, m := range s.mts.items {
		if !m.streamed {
			s.stream.row(mtRow{"mt", m})
		}
	}
	return s.stream.flush()
}

// WriteJSON writes the ledger as JSON lines: objects with a kind of "mo",
// "receipt", "repeat", "mt", "text" or "pdu" and the fields of that type.
func (l Ledger) WriteJSON(w io.Writer) error {
	e := encoder(w)
	rows := make([]any, 0, len(l.MOs)+len(l.Receipts)+len(l.Repeats)+len(l.MTs)+len(l.Texts)+len(l.PDUs))
	for i := range l.MOs {
		rows = append(rows, moRow{"mo", &l.MOs[i]})
	}
	for i := range l.Receipts {
		rows = append(rows, moRow{"receipt", &l.Receipts[i]})
	}
	for i := range l.Repeats {
		rows = append(rows, moRow{"repeat", &l.Repeats[i]})
	}
	for i := range l.MTs {
		rows = append(rows, mtRow{"mt", &l.MTs[i]})
	}
	for i := range l.Texts {
		rows = append(rows, textRow{"text", &l.Texts[i]})
	}
	for i := range l.PDUs {
		rows = append(rows, pduRow{"pdu", &l.PDUs[i]})
	}
	for _, row := range rows {
		if err := e.Encode(row); err != nil {
			return err
		}
	}
	return nil
}

// The rows of the export.
type (
	moRow struct {
		Kind string `json:"kind"`
		*MO
	}
	mtRow struct {
		Kind string `json:"kind"`
		*MT
	}
	pduRow struct {
		Kind string `json:"kind"`
		*PDU
	}
	textRow struct {
		Kind string `json:"kind"`
		*Text
	}
)
