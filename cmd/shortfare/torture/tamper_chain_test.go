package torture

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/smpp/smsc"
)

// on is a tampering of an order that qualifies.
func on(fits func(*orderRow) bool, alter func(*orderRow, *rand.Rand)) tampering {
	return func(l *ledgers, r *rand.Rand) bool {
		return one(l.orders, r, func(o orderRow) bool { return fits(&o) }, func(i int) { alter(&l.orders[i], r) })
	}
}

// alteredOrders change what orders know of their money.
func alteredOrders() map[string]tampering {
	funded := func(o *orderRow) bool { return len(o.Funds) > 0 && o.Reason != "changed" }
	paidBack := func(o *orderRow) bool { return len(o.Refunds) > 0 }
	refund := func(alter func(*returned)) tampering {
		return on(paidBack, func(o *orderRow, r *rand.Rand) { alter(&o.Refunds[r.IntN(len(o.Refunds))]) })
	}
	fund := func(alter func(*fundRow)) tampering {
		return on(funded, func(o *orderRow, r *rand.Rand) { alter(&o.Funds[r.IntN(len(o.Funds))]) })
	}
	return map[string]tampering{
		"refund removed from its order":    on(paidBack, func(o *orderRow, _ *rand.Rand) { o.Refunds = o.Refunds[1:] }),
		"refund twice in its order":        on(paidBack, func(o *orderRow, _ *rand.Rand) { o.Refunds = append(o.Refunds, o.Refunds[0]) }),
		"refund of another amount":         refund(func(r *returned) { r.Amount.Minor++ }),
		"refund under another key":         refund(func(r *returned) { r.Key += "0" }),
		"refund from another debit":        refund(func(r *returned) { r.Fund += "0" }),
		"refund said to have settled":      refund(func(r *returned) { r.State = "settled" }),
		"refund said to be asked for":      refund(func(r *returned) { r.State = "requested" }),
		"refund that nobody follows":       on(paidBack, func(o *orderRow, _ *rand.Rand) { o.Settle = time.Time{} }),
		"debit removed from its order":     on(funded, func(o *orderRow, _ *rand.Rand) { o.Funds = o.Funds[1:] }),
		"debit of an order larger":         fund(func(f *fundRow) { f.Paid.Minor++ }),
		"debit of an order given back":     fund(func(f *fundRow) { f.Back.Minor++ }),
		"debit that the bank did not take": on(funded, func(o *orderRow, _ *rand.Rand) { o.Funds = append(o.Funds, fundRow{Key: "1-1"}) }),
		"fees changed":                     on(func(o *orderRow) bool { return o.State == stateIssued || o.Reason == "refunded" }, func(o *orderRow, _ *rand.Rand) { o.Fees.Minor++ }),
		"fee of the last cancel changed":   on(func(o *orderRow) bool { return o.Reason == "refunded" }, func(o *orderRow, _ *rand.Rand) { o.Fee.Minor++ }),
		"refund of the last cancel changed": on(func(o *orderRow) bool { return o.Reason == "refunded" },
			func(o *orderRow, _ *rand.Rand) { o.Refund.Minor-- }),
		"fee posted elsewhere": func(l *ledgers, r *rand.Rand) bool {
			return one(l.journal, r, func(j journalRow) bool { return j.credit == "fees" }, func(i int) { l.journal[i].credit = "terminal" })
		},
		"transfer posted elsewhere": func(l *ledgers, r *rand.Rand) bool {
			return one(l.journal, r, func(j journalRow) bool { return j.credit == "transfer" }, func(i int) { l.journal[i].credit = "bank" })
		},
		"refund booked from another debit": func(l *ledgers, r *rand.Rand) bool {
			return one(l.refunds, r, nil, func(i int) {
				at := slices.IndexFunc(l.debits, func(d debitRow) bool { return d.key != l.refunds[i].debit })
				l.refunds[i].debit = l.debits[at].key
			})
		},
		"refund booked under another key": func(l *ledgers, r *rand.Rand) bool {
			return one(l.refunds, r, nil, func(i int) { l.refunds[i].key += "0" })
		},
		"refund booked of all of the debit": func(l *ledgers, r *rand.Rand) bool {
			return one(l.refunds, r, nil, func(i int) {
				l.refunds[i].amount = 1 + l.debits[slices.IndexFunc(l.debits, func(d debitRow) bool { return d.key == l.refunds[i].debit })].amount
			})
		},
		"refunded debit said to be whole": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return d.state == "refunded" }, func(i int) { l.debits[i].state = "booked" })
		},
		"whole debit said to be refunded": func(l *ledgers, r *rand.Rand) bool {
			return one(l.debits, r, func(d debitRow) bool { return d.state == "booked" }, func(i int) { l.debits[i].state = "refunded" })
		},
	}
}

// alteredChanges change how orders took each other's place, or waited.
func alteredChanges(words *reader) map[string]tampering {
	done := func(o *orderRow) bool { return o.changed() }
	gave := func(o *orderRow) bool { return o.Swap != nil && o.Swap.Ended }
	old := func(o *orderRow) bool { return o.Reason == "changed" }
	waiting := func(o *orderRow) bool { return o.State == stateWaiting && !o.Wish.Joined.IsZero() }
	matched := func(o *orderRow) bool {
		return o.State == stateIssued && o.Wish != nil && o.Swap == nil && !o.Wish.Joined.IsZero() && !o.Free.IsZero()
	}
	return map[string]tampering{
		"link to the old order removed":     on(done, func(o *orderRow, _ *rand.Rand) { o.Swap = nil }),
		"link to another order":             on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Order++ }),
		"link to another ticket":            on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Key += "-h2" }),
		"change not done":                   on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Done = false }),
		"change done and given up":          on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Ended = true }),
		"change given up and done":          on(gave, func(o *orderRow, _ *rand.Rand) { o.Swap.Done, o.Swap.Ended = true, false }),
		"credit of a change":                on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Credit.Minor++ }),
		"fee of a change":                   on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Fee.Minor++ }),
		"fees before a change":              on(done, func(o *orderRow, _ *rand.Rand) { o.Swap.Fees.Minor++ }),
		"link to the new order removed":     on(old, func(o *orderRow, _ *rand.Rand) { o.Next = 0 }),
		"changed order open again":          on(old, func(o *orderRow, _ *rand.Rand) { o.State, o.Reason = stateIssued, "" }),
		"changed order said to be refunded": on(old, func(o *orderRow, _ *rand.Rand) { o.Reason = "refunded" }),
		"ticket that waits for no change":   on(func(o *orderRow) bool { return o.State == stateIssued && o.Next == 0 }, func(o *orderRow, _ *rand.Rand) { o.Next = o.ID + 1 }),
		"changed ticket valid again": func(l *ledgers, r *rand.Rand) bool {
			was := map[string]bool{}
			for i := range l.orders {
				if old(&l.orders[i]) {
					was[l.orders[i].key()] = true
				}
			}
			return one(l.items, r, func(i itemRow) bool { return was[i.key] }, func(i int) { l.items[i].state = itemIssued })
		},
		"waitlist paid and never joined":  on(matched, func(o *orderRow, _ *rand.Rand) { o.Wish.Joined = time.Time{} }),
		"waitlist's hold another one":     on(matched, func(o *orderRow, _ *rand.Rand) { o.Holds++ }),
		"waits beyond the cut-off":        on(waiting, func(o *orderRow, _ *rand.Rand) { o.Wish.Until = o.Wish.Joined }),
		"waits no more and was not told":  on(waiting, func(o *orderRow, _ *rand.Rand) { o.State, o.Reason = stateClosed, "wait_ended" }),
		"waits with a charge":             on(waiting, func(o *orderRow, _ *rand.Rand) { o.Charged = true }),
		"code of the waitlist not texted": withoutCode(words, waitQuote),
		"code of a payment not texted":    withoutCode(words, quote),
		"code of a cancel not texted":     withoutCode(words, cancelQuote),
		"code of a change not texted":     withoutCode(words, changeQuote),
		"lost hold issued": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return i.state == itemReleased }, func(i int) { l.items[i].state = itemIssued })
		},
	}
}

// withoutCode has the customer of an order that was paid, changed or cancelled
// have texted other codes than those asked for.
func withoutCode(words *reader, k kind) tampering {
	return func(l *ledgers, r *rand.Rand) bool {
		agreed := map[kind][]kind{quote: {paid}, cancelQuote: {cancelled, partly}, changeQuote: {changed}, waitQuote: {joined}}[k]
		for _, n := range r.Perm(len(l.phones)) {
			p := &l.phones[n]
			codes := map[string]bool{}
			for _, x := range l.wire.Texts {
				if q := words.read(x.Text); x.To == p.msisdn && q.kind == k {
					codes[q.code] = true
				}
			}
			if slices.ContainsFunc(p.log, func(e entry) bool {
				return codes[trailing.FindString(e.text)] && slices.Contains(agreed, words.read(e.said).kind)
			}) {
				retype(l, p, codes)
				return true
			}
		}
		return false
	}
}

// retype replaces codes in what a phone has sent.
func retype(l *ledgers, p *phoneBook, codes map[string]bool) {
	for i := range p.log {
		e := &p.log[i]
		if code := trailing.FindString(e.text); codes[code] {
			e.text = strings.TrimSuffix(e.text, code) + "000000"
			for j := range l.wire.MOs {
				if l.wire.MOs[j].ID == e.mo {
					l.wire.MOs[j].Text = e.text
				}
			}
		}
	}
}

// alteredSeats change seats that were cancelled alone, and passengers.
func alteredSeats() map[string]tampering {
	partial := func(i itemRow) bool { return len(i.gone) > 0 && i.state == itemIssued }
	taken := func(p personRow) bool { return p.run != 0 }
	return map[string]tampering{
		"cancelled seat valid again": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, partial, func(i int) { l.items[i].gone = nil })
		},
		"cancelled seat another one": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, partial, func(i int) { l.items[i].gone = []uint64{9999} })
		},
		"all seats cancelled": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, partial, func(i int) { l.items[i].gone = l.items[i].seats })
		},
		"seat cancelled that is paid": func(l *ledgers, r *rand.Rand) bool {
			return one(l.items, r, func(i itemRow) bool { return i.state == itemIssued && len(i.gone) == 0 }, func(i int) { l.items[i].gone = l.items[i].seats[:1] })
		},
		"cancelled seat forgotten": on(func(o *orderRow) bool { return len(o.Former) > 0 }, func(o *orderRow, _ *rand.Rand) { o.Former = o.Former[1:] }),
		"price of the seats left":  on(func(o *orderRow) bool { return len(o.Former) > 0 }, func(o *orderRow, _ *rand.Rand) { o.Price.Minor++ }),
		"seat more than is left": on(func(o *orderRow) bool { return len(o.Former) > 0 && o.State == stateIssued },
			func(o *orderRow, _ *rand.Rand) { o.Seats++ }),
		"passenger missing": func(l *ledgers, r *rand.Rand) bool { return drop(&l.people, l.rides)(l, r) },
		"passenger twice":   func(l *ledgers, r *rand.Rand) bool { return double(&l.people)(l, r) },
		"passenger of no seat": func(l *ledgers, r *rand.Rand) bool {
			return one(l.people, r, nil, func(i int) { l.people[i].seat = 9999 })
		},
		"passenger on another run": func(l *ledgers, r *rand.Rand) bool {
			return one(l.people, r, taken, func(i int) { l.people[i].run += 1000 })
		},
		"passenger may book again": func(l *ledgers, r *rand.Rand) bool {
			return one(l.people, r, l.rides, func(i int) { l.people[i].run = 0 })
		},
		"passenger kept on a free seat": func(l *ledgers, r *rand.Rand) bool {
			return one(l.people, r, func(p personRow) bool { return p.run == 0 }, func(i int) { l.people[i].run = 1 })
		},
		"passenger twice on a run": func(l *ledgers, r *rand.Rand) bool {
			return one(l.people, r, l.rides, func(i int) {
				for j, p := range l.people {
					if j != i && p.run == l.people[i].run && l.rides(p) {
						l.people[i].token = p.token
						return
					}
				}
				l.people[i].seat = 9999 // nobody else with a name is on that run
			})
		},
	}
}

// rides tells whether a passenger has a seat of a valid ticket.
func (l *ledgers) rides(p personRow) bool {
	return slices.ContainsFunc(l.items, func(i itemRow) bool {
		return i.key == p.key && i.state == itemIssued && !slices.Contains(i.gone, p.seat)
	})
}

// alteredTalk change what customers were told, or what they believe.
func alteredTalk(words *reader) map[string]tampering {
	all := map[string]tampering{
		"ticket unknown to its customer": func(l *ledgers, r *rand.Rand) bool {
			return believer(l, r, func(p *phoneBook, code string) { delete(p.tickets, code) })
		},
		"ticket for a seat more": func(l *ledgers, r *rand.Rand) bool {
			return believer(l, r, func(p *phoneBook, code string) { p.tickets[code] += 7 })
		},
		"ticket invented": func(l *ledgers, r *rand.Rand) bool {
			return believer(l, r, func(p *phoneBook, _ string) { p.tickets["0OOO0"] = 1 })
		},
	}
	for name, k := range map[string]kind{"quote": quote, "quote of a cancel": cancelQuote, "quote of a change": changeQuote, "ticket": paid,
		"cancel": cancelled, "cancel of a seat": partly, "change": changed, "match": gotSeats} {
		all["amount of a told "+name] = retold(words, k)
	}
	return all
}

func believer(l *ledgers, r *rand.Rand, alter func(*phoneBook, string)) bool {
	return one(l.phones, r, func(p phoneBook) bool { return len(p.tickets) > 0 }, func(i int) {
		for code := range l.phones[i].tickets {
			alter(&l.phones[i], code)
			return
		}
	})
}

// told is an amount in a message, the last one of which is what matters.
var told = regexp.MustCompile(`CNY(\d+)|(\d+)(?:\.\d+)?元`)

// retold has a customer told a wrong amount, wherever that message stands.
func retold(words *reader, k kind) tampering {
	return func(l *ledgers, r *rand.Rand) bool {
		return one(l.wire.Texts, r, func(x smsc.Text) bool { return words.read(x.Text).kind == k && told.MatchString(x.Text) }, func(i int) {
			was, to := l.wire.Texts[i].Text, l.wire.Texts[i].To
			all := told.FindAllStringSubmatchIndex(was, -1)
			at := all[len(all)-1]
			from, until := max(at[2], at[4]), max(at[3], at[5])
			n, _ := strconv.Atoi(was[from:until])
			now := was[:from] + strconv.Itoa(n+1) + was[until:]
			for j := range l.wire.Texts {
				if x := &l.wire.Texts[j]; x.Text == was && x.To == to {
					x.Text = now
				}
			}
			for j := range l.wire.MTs {
				if x := &l.wire.MTs[j]; x.Text == was && x.To == to {
					x.Text = now
				}
			}
			for j := range l.phones {
				for m := range l.phones[j].log {
					if e := &l.phones[j].log[m]; l.phones[j].msisdn == to && e.said == was {
						e.said = now
					}
				}
			}
		})
	}
}
