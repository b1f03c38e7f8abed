package torture

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// tampering alters ledgers and tells whether it found something to alter.
type tampering func(*ledgers, *rand.Rand) bool

// one picks a row that qualifies and hands over its index.
func one[T any](rows []T, r *rand.Rand, fits func(T) bool, alter func(i int)) bool {
	var which []int
	for i := range rows {
		if fits == nil || fits(rows[i]) {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return false
	}
	alter(which[r.IntN(len(which))])
	return true
}

// drop and double are the tamperings of any table.
func drop[T any](rows *[]T, fits func(T) bool) tampering {
	return func(_ *ledgers, r *rand.Rand) bool {
		return one(*rows, r, fits, func(i int) { *rows = slices.Delete(*rows, i, i+1) })
	}
}

func double[T any](rows *[]T) tampering {
	return func(_ *ledgers, r *rand.Rand) bool {
		return one(*rows, r, nil, func(i int) { *rows = append(*rows, (*rows)[i]) })
	}
}

// tamperings are all that the checker must notice, by name.
func tamperings(words *reader) map[string]tampering {
	all := map[string]tampering{}
	for name, t := range map[string]func(*ledgers) tampering{
		"text missing at the carrier": func(l *ledgers) tampering { return drop(&l.wire.MOs, nil) },
		"text twice at the carrier":   func(l *ledgers) tampering { return double(&l.wire.MOs) },
		"submit_sm missing":           func(l *ledgers) tampering { return drop(&l.wire.MTs, nil) },
		"submit_sm twice":             func(l *ledgers) tampering { return double(&l.wire.MTs) },
		"message not shown":           func(l *ledgers) tampering { return drop(&l.wire.Texts, nil) },
		"message shown twice":         func(l *ledgers) tampering { return double(&l.wire.Texts) },
		"text missing in the store":   func(l *ledgers) tampering { return drop(&l.inbox, func(r inboxRow) bool { return r.state == 0 }) },
		"text twice in the store":     func(l *ledgers) tampering { return double(&l.inbox) },
		"reply missing in the store":  func(l *ledgers) tampering { return drop(&l.outbox, nil) },
		"reply twice in the store":    func(l *ledgers) tampering { return double(&l.outbox) },
		"order missing":               func(l *ledgers) tampering { return drop(&l.orders, nil) },
		"order twice":                 func(l *ledgers) tampering { return double(&l.orders) },
		"line of the journal missing": func(l *ledgers) tampering {
			return drop(&l.journal, func(j journalRow) bool { return j.event == "posting" || j.from != j.to })
		},
		"line of the journal twice": func(l *ledgers) tampering { return double(&l.journal) },
		"debit missing":             func(l *ledgers) tampering { return drop(&l.debits, l.wasAsked) },
		"debit twice":               func(l *ledgers) tampering { return double(&l.debits) },
		"refund missing":            func(l *ledgers) tampering { return drop(&l.refunds, nil) },
		"refund twice":              func(l *ledgers) tampering { return double(&l.refunds) },
		"call of a debit missing":   func(l *ledgers) tampering { return drop(&l.asked, func(a askedRow) bool { return l.real(a.key) }) },
		"call of a debit twice":     func(l *ledgers) tampering { return double(&l.asked) },
		"run missing":               func(l *ledgers) tampering { return drop(&l.runs, nil) },
		"run twice":                 func(l *ledgers) tampering { return double(&l.runs) },
		"ticket missing at the terminal": func(l *ledgers) tampering {
			return drop(&l.items, func(i itemRow) bool { return i.state == itemIssued })
		},
		"held seats missing":                func(l *ledgers) tampering { return drop(&l.items, l.heldByOrder) },
		"item of the terminal stands twice": func(l *ledgers) tampering { return double(&l.items) },
	} {
		all[name] = func(l *ledgers, r *rand.Rand) bool { return t(l)(l, r) }
	}
	maps.Copy(all, alteredTexts())
	maps.Copy(all, alteredBooks())
	maps.Copy(all, alteredOrders())
	maps.Copy(all, alteredChanges(words))
	maps.Copy(all, alteredSeats())
	maps.Copy(all, alteredTalk(words))
	return all
}

// real tells whether a debit reached the bank's book as more than a tombstone.
func (l *ledgers) real(key string) bool {
	return slices.ContainsFunc(l.debits, func(d debitRow) bool { return d.key == key && !d.tomb })
}

// wasAsked leaves out tombstones of debits that a crash kept from being called:
// a book without them is right too.
func (l *ledgers) wasAsked(d debitRow) bool {
	return slices.ContainsFunc(l.asked, func(a askedRow) bool { return a.key == d.key })
}

func (l *ledgers) heldByOrder(i itemRow) bool {
	return slices.ContainsFunc(l.orders, func(o orderRow) bool {
		return o.State == stateHeld && i.state == itemHeld && i.until == o.Hold.UnixMilli()
	})
}

// alteredTexts change one field of one row of the carrier or the store.
func alteredTexts() map[string]tampering {
	return map[string]tampering{
		"text not acknowledged": func(l *ledgers, r *rand.Rand) bool {
			return one(l.wire.MOs, r, nil, func(i int) { l.wire.MOs[i].State = smsc.Queued })
		},
		"text refused for good": func(l *ledgers, r *rand.Rand) bool {
			return one(l.wire.MOs, r, nil, func(i int) { l.wire.MOs[i].Status = pdu.ESME_RSYSERR })
		},
		"answer with other words": func(l *ledgers, r *rand.Rand) bool {
			return one(l.wire.Texts, r, nil, func(i int) { l.wire.Texts[i].Text += "." })
		},
		"answer to another phone": func(l *ledgers, r *rand.Rand) bool {
			return one(l.wire.Texts, r, nil, func(i int) {
				l.wire.Texts[i].To = l.phones[(slices.IndexFunc(l.phones, func(p phoneBook) bool { return p.msisdn == l.wire.Texts[i].To })+1)%len(l.phones)].msisdn
			})
		},
		"customer believes a text unanswered": func(l *ledgers, r *rand.Rand) bool {
			p := &l.phones[r.IntN(len(l.phones))]
			return one(p.log, r, func(e entry) bool { return !e.repeat && e.answer != 0 }, func(i int) { p.log[i].answer = 0 })
		},
		"turn failed": func(l *ledgers, r *rand.Rand) bool {
			return one(l.inbox, r, func(x inboxRow) bool { return x.state == 0 }, func(i int) { l.inbox[i].state = 1 })
		},
		"answer to another text": func(l *ledgers, r *rand.Rand) bool {
			return one(l.outbox, r, func(x outboxRow) bool { return !x.notice }, func(i int) { l.outbox[i].cause++ })
		},
		"answer said to be a notice": func(l *ledgers, r *rand.Rand) bool {
			return one(l.outbox, r, nil, func(i int) { l.outbox[i].notice = !l.outbox[i].notice })
		},
		"reply never sent": func(l *ledgers, r *rand.Rand) bool {
			return one(l.outbox, r, nil, func(i int) { l.outbox[i].state = 0 })
		},
		"a third copy": func(l *ledgers, r *rand.Rand) bool {
			return one(l.outbox, r, nil, func(i int) { l.outbox[i].copies = 2 })
		},
		"order left behind in debiting": func(l *ledgers, r *rand.Rand) bool {
			return one(l.orders, r, nil, func(i int) { l.orders[i].State = 4 })
		},
		"order closed with a ticket": func(l *ledgers, r *rand.Rand) bool {
			return one(l.orders, r, func(o orderRow) bool { return o.State == stateIssued }, func(i int) { l.orders[i].State = stateClosed })
		},
		"order with another price": func(l *ledgers, r *rand.Rand) bool {
			return one(l.orders, r, func(o orderRow) bool { return o.State == stateIssued || o.State == stateHeld }, func(i int) { l.orders[i].Price.Minor++ })
		},
		"hold of an order long over": func(l *ledgers, r *rand.Rand) bool {
			return one(l.orders, r, func(o orderRow) bool { return o.State == stateHeld }, func(i int) { l.orders[i].Hold = l.end })
		},
		"call left behind": func(l *ledgers, _ *rand.Rand) bool { l.attempts++; return true },
	}
}

// alteredBooks change one field of one row of bank, terminal or journal.
func alteredBooks() map[string]tampering {
	return map[string]tampering{
		"debit called twice": func(l *ledgers, r *rand.Rand) bool {
			return one(l.asked, r, nil, func(i int) { l.asked[i].n++ })
		},
		"debit of another amount": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return !d.tomb }, func(i int) { l.debits[i].amount++ })
		},
		"debit not reversed": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return d.state == "reversed" && !d.tomb }, func(i int) { l.debits[i].state = "booked" })
		},
		"paid ticket's debit reversed": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return d.state == "booked" }, func(i int) { l.debits[i].state = "reversed" })
		},
		"declined debit booked": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return d.state == "declined" }, func(i int) { l.debits[i].state = "booked" })
		},
		"refund of less": func(l *ledgers, r *rand.Rand) bool {
			return one(l.refunds, r, nil, func(i int) { l.refunds[i].amount-- })
		},
		"ticket voided behind the order's back": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return i.state == itemIssued }, func(i int) { l.items[i].state = itemVoided })
		},
		"voided ticket valid again": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return i.state == itemVoided }, func(i int) { l.items[i].state = itemIssued })
		},
		"ticket for one seat more": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return !i.bare }, func(i int) { l.items[i].seats = append(slices.Clone(l.items[i].seats), 999) })
		},
		"ticket on another run": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return !i.bare }, func(i int) { l.items[i].run = -1 })
		},
		"seat sold twice": sellTwice,
		"posting of another amount": func(l *ledgers, r *rand.Rand) bool {
			return one(l.journal, r, func(j journalRow) bool { return j.event == "posting" }, func(i int) { l.journal[i].minor++ })
		},
		"state changed without a cause": func(l *ledgers, r *rand.Rand) bool {
			return one(l.journal, r, func(j journalRow) bool { return j.event != "posting" }, func(i int) { l.journal[i].to = "review" })
		},
	}
}

// sellTwice gives a ticket the seats of another of the same run and size.
func sellTwice(l *ledgers, r *rand.Rand) bool {
	live := func(i itemRow) bool { return i.state == itemIssued && !i.bare }
	for i := range l.items {
		for j := range i {
			a, b := &l.items[i], l.items[j]
			if live(*a) && live(b) && a.run == b.run && a.class == b.class && len(a.seats) == len(b.seats) && a.first < b.last && b.first < a.last {
				a.seats = b.seats
				return true
			}
		}
	}
	return false
}

// The checker must find nothing in a small world that is right, and something
// in each that is not.
func TestTampering(t *testing.T) {
	words := newReader()
	faults, sum := check(small(), words)
	require.Empty(t, faults)
	require.Equal(t, summary{texts: 31, answers: 30, notices: 2, copies: 1, redelivered: 2, swallowed: 1, issued: 5, refunded: 1,
		notCharged: 2, other: 2, held: 1, waiting: 1, changed: 1, joined: 2, matched: 1, again: 1, named: 3, debits: 7, reversals: 2, refunds: 2, fees: 10636}, sum)
	t.Logf("%d tamperings", len(tamperings(words)))
	for name, do := range tamperings(words) {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				l := small()
				require.True(t, do(l, rand.New(rand.NewPCG(seed, 1))), "the small world lacks what this alters")
				faults, _ := check(l, words)
				require.NotEmpty(t, faults, "seed %d", seed)
			}
		})
	}
}
