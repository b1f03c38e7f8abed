package simulation

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/catalogue"
	"shortfare/booking/dialogue"
	"shortfare/booking/tariff"
	"shortfare/booking/vault"
	"shortfare/parser"
)

const (
	shortCode = "12345"
	units     = 200 // of a history, before the faults stop
)

// crashed is thrown where the process dies; what it held in memory is gone.
type crashed struct{}

// life is one run of the process.
type life struct {
	engine  *booking.Engine
	store   *store
	cancel  context.CancelFunc
	ctx     context.Context
	refused bool                       // a turn could not be stored: its caller waits and tries again
	held    *submit                    // of a mutant
	waiting map[booking.MSISDN][]*unit // texts that the engine has and the store has not yet
}

// rates are how likely faults are, each per chance that it has.
type rates struct {
	busy, full, crash, decline, mtLost, mtUnknown, dead float64
}

// note is a line of the trace.
type note struct {
	at      time.Time
	what, s string
	n       int64
}

// sim is one history.
type sim struct {
	seed      uint64
	rng       *rand.Rand
	mu        mutant
	now       time.Time
	seq       int
	events    []event
	depth     int
	wild      bool      // faults go on
	faultless bool      // there never are any
	storeDown time.Time // until then
	rate      rates

	payByPhone   bool
	favourite    string // service that most travel with
	returns      bool   // tickets are mostly given back
	sluggish     bool   // the engine is busy, and seldom looks what is due
	forgetful    bool   // customers want to be forgotten
	verifies     bool
	casts        int
	sentCasts    []*cast
	textsPer5Min int

	catalogue booking.Catalogue // as it was loaded
	words     *dialogue.Messages
	live      *catalogue.Live // with what became of runs
	vault     *vault.Vault
	decider   booking.Decider
	disk      *disk
	life      *life
	bank      *bank
	rail      *terminal
	register  *register
	air       *air
	phones    []*phone
	attempts  []booking.Attempt // taken from the engine, not yet called
	receiving *unit
	reporting bool // a receipt is being taken
	polling   bool
	messages  int

	codes   map[string]booking.MSISDN
	answers map[int64]int
	replies []booking.MT                  // all that were ever written
	backs   map[booking.OrderID][]*quote  // what was agreed to go back, and is on its way
	voids   map[booking.OrderID]time.Time // when the last cancel or change of it began
	joined  map[booking.OrderID]time.Time // when an order came on the waitlist
	passed  map[booking.OrderID]int       // how many that came later were served on a part of the run that it waits for
	states  [booking.Swapping + 1]int
	trace   []note
	sum     uint64
	failure string
}

// newSim makes the world of a seed.
func newSim(seed uint64, b base, mu mutant) *sim {
	s := &sim{seed: seed, rng: rand.New(rand.NewPCG(seed, 8)), mu: mu, catalogue: b.timetable, words: b.words, wild: true, disk: newDisk(),
		now: time.Date(2026, 12, 1, 8, 0, 0, 0, cst), codes: map[string]booking.MSISDN{}, answers: map[int64]int{},
		backs: map[booking.OrderID][]*quote{}, voids: map[booking.OrderID]time.Time{}, joined: map[booking.OrderID]time.Time{}, passed: map[booking.OrderID]int{}}
	s.now = s.now.Add(s.between(0, 12*time.Hour))
	key := make([]byte, vault.KeySize)
	binary.BigEndian.PutUint64(key, seed)
	var err error
	if s.vault, err = vault.New(key); err != nil {
		panic(err)
	}
	s.payByPhone = s.chance(0.7)
	level := s.rng.Float64() * s.rng.Float64()
	s.faultless = s.chance(0.08)
	if s.faultless {
		level = 0
	}
	// Each kind of fault is off in a third of the histories, so that others are seen alone.
	some := func(most float64) float64 {
		if s.chance(0.33) {
			return 0
		}
		return most * level
	}
	s.rate = rates{busy: some(0.05), full: some(0.05), crash: some(0.02), decline: some(0.3), mtLost: some(0.1), mtUnknown: some(0.2), dead: some(0.5)}
	s.bank = &bank{s: s, line: line{name: "bank", bad: s.badness(0.6)}, book: map[string]*debit{}}
	s.rail = &terminal{s: s, line: line{name: "terminal", bad: s.badness(0.5)}, seats: 1 + s.rng.IntN(3+2*s.rng.IntN(2)), items: map[string]*item{}, gone: map[booking.TripKey]bool{}}
	s.favourite = []string{"G123", "G123", "G1", "CA1501"}[s.rng.IntN(4)]
	s.returns, s.sluggish, s.forgetful = s.chance(0.4), s.chance(0.3), s.chance(0.15)
	s.rail.named, s.rail.blur, s.verifies = s.chance(0.25), !s.faultless && s.chance(0.3), s.chance(0.25)
	if s.rail.named {
		s.rail.seats += 3
	}
	s.register = &register{s: s, line: line{name: "register", bad: s.badness(0.5)}, said: map[int64]verdict{}, heard: map[booking.MSISDN]verdict{}}
	s.air = &air{s: s, handed: map[int64]*handing{}, room: 1 << 20}
	if !s.faultless && s.chance(0.3) {
		s.air.room = 1 + s.rng.IntN(4)
	}
	for i := range 2 + s.rng.IntN(3) {
		s.phones = append(s.phones, &phone{s: s, msisdn: booking.MSISDN(8613800138001 + uint64(i)), zh: s.chance(0.5), id: idCard(i),
			operator: i == 0 && s.chance(0.3), guesses: i == 1 && s.chance(0.12)})
	}
	s.decider = s.dialogue()
	for _, p := range s.phones {
		if s.chance(0.8) {
			p.registers = true
			p.send("register", p.registration())
		}
		if s.chance(0.12) {
			p.send("service", p.say("STOP", "退订"))
		}
	}
	return s
}

// badness draws how bad a line is.
func (s *sim) badness(most float64) float64 {
	if s.faultless || s.chance(0.3) {
		return 0
	}
	return most * s.rng.Float64()
}

// cst is the time of the services.
var cst = time.FixedZone("CST", 8*3600)

// dialogue is the real one, wired as the program wires it.
func (s *sim) dialogue() booking.Decider {
	set := dialogue.Settings{ShortCode: shortCode, Loc: cst, MaxSeats: 5, SaleDays: 15, PayByPhone: s.payByPhone, Messages: s.words,
		Code: s.code,
		CustomerCode: func(m booking.MSISDN, purpose string, content []byte, gen int) string {
			sum := s.vault.PRF("customer code", fmt.Appendf(nil, "%d|%q|%q|%d", m, purpose, content, gen))
			return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
		},
		OrderCode: func(id booking.OrderID, try int) string {
			sum := s.vault.PRF("order", binary.BigEndian.AppendUint64(nil, uint64(id)))
			return parser.OrderCode(binary.BigEndian.Uint64(sum[:8]), try)
		},
		Parse: func(text string, _ time.Time) parser.Command { return parser.Parse(text, s.life.engine.ParseContext()) }}
	s.vary(&set)
	return dialogue.New(set)
}

// operates tells whether a phone is an operator's.
// operators are the phones of operators.
func (s *sim) operators() (list []booking.MSISDN) {
	for _, p := range s.phones {
		if p.operator {
			list = append(list, p.msisdn)
		}
	}
	return list
}

// vary draws the settings that differ between histories.
func (s *sim) vary(set *dialogue.Settings) {
	set.Verify = s.verifies
	if s.chance(0.3) {
		set.UnpaidHolds, set.OpenQuotes = 3, 2
	}
	if s.chance(0.3) {
		set.TextsPer5Min = 12
		s.textsPer5Min = 12
	}
	if s.chance(0.3) {
		set.Hold = s.between(2*time.Minute, 20*time.Minute)
	}
	if s.chance(0.2) {
		set.CancelsADay, set.MaxChanges = 3, 1
	}
	if s.chance(0.4) {
		set.Reminder = s.between(time.Hour, 20*time.Hour)
	}
	if s.chance(0.9) {
		set.WaitOrders, set.WaitPeople, set.WaitCutoff = 2, 3, 19*60
	}
	if s.chance(0.5) {
		rules, _ := tariff.Preset(tariff.ChinaRailway)
		if s.chance(0.5) { // the same for all
			flat := []tariff.Ladder{{Steps: []tariff.Step{{Percent: 500, Min: 300}}}}
			rules = tariff.Rules{Cancels: flat, Changes: flat}
		}
		set.CancelFee, set.ChangeFee = fees(rules)
	}
	set.Operators = s.operators()
}

// fees asks the rules about each seat.
func fees(r tariff.Rules) (cancel func(*booking.Order, []int, time.Time) booking.Money, change func(old, next *booking.Order, now time.Time) booking.Money) {
	each := func(o *booking.Order, seats int, now time.Time, ask func(tariff.Question) tariff.Fee) booking.Money {
		f, _ := o.Trip.Fare("")
		fare := booking.Money{Minor: o.Price.Minor / int64(o.Seats), Currency: o.Price.Currency}
		return ask(tariff.Question{Kind: o.Trip.Kind, Class: f.Class, Dep: o.Trip.Dep, Now: now, Fare: fare}).Amount.Times(seats)
	}
	cancel = func(o *booking.Order, leaving []int, now time.Time) booking.Money {
		n := len(leaving)
		if n == 0 {
			n = o.Seats
		}
		return each(o, n, now, r.Cancel)
	}
	change = func(old, next *booking.Order, now time.Time) booking.Money {
		return each(old, old.Seats, now, func(q tariff.Question) tariff.Fee {
			q.LaterDay = booking.DateOf(next.Trip.Dep.In(cst)) > booking.DateOf(old.Trip.Dep.In(cst))
			return r.Change(q)
		})
	}
	return cancel, change
}

// code makes the code of a quote, as the program does.
func (s *sim) code(o *booking.Order, q booking.Quote) string {
	about := o.Price.String()
	switch {
	case q.For == booking.QuoteCancel:
		about = fmt.Sprintf("%s|%s|%q", o.Refund, o.Fee, o.LeavingPlaces())
	case q.For == booking.QuoteChange && o.Swap != nil:
		about = fmt.Sprintf("%s|%s|%d", o.Charge(), o.GiveBack(), o.Swap.Order)
	case q.For == booking.QuoteWait && o.Wish != nil:
		about = o.Wish.Most.String()
	}
	sum := s.vault.PRF("code", fmt.Appendf(nil, "%d|%d|%s|%d|%d", o.ID, o.Customer, about, q.For, q.Gen))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

// decider is the dialogue with the randomness of the seed, and a mutant's mischief.
type decider struct {
	booking.Decider
	s *sim
}

func (d decider) Decide(v *booking.View, in booking.Input, env booking.Env) (c *booking.Changes, err error) {
	defer func() {
		if r := recover(); r != nil {
			d.s.fail("a turn panicked: %v\n%s", r, debug.Stack())
			panic(r)
		}
	}()
	env.Jitter = d.s.rng.Float64()
	mu := d.s.mu
	if mu.before != nil {
		mu.before(d.s, v, &in, &env)
	}
	if mu.event != nil && in.Attempt != nil {
		mu.event(d.s, v, &in.Event)
	}
	if mu.text != nil && in.Text != nil {
		mu.text(d.s, v, in.Text)
	}
	c, err = d.Decider.Decide(v, in, env)
	if mu.decide != nil && err == nil {
		mu.decide(d.s, v, &in, c)
	}
	return c, err
}

// boot starts a process on what the last one left.
func (s *sim) boot() {
	if s.life != nil {
		s.life.cancel()
	}
	if !s.mu.sameEpoch {
		s.disk.epoch++
	}
	s.attempts, s.receiving, s.depth, s.polling = nil, nil, 0, false
	s.live = catalogue.NewLive(s.catalogue)
	s.live.Apply(s.rail.news[:s.disk.cursors[""]], s.now)
	l := &life{waiting: map[booking.MSISDN][]*unit{}}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.store = &store{s: s, life: l, lastText: s.disk.lastText}
	l.engine = &booking.Engine{Store: l.store, Decider: decider{s.decider, s}, Terminals: map[string]booking.Ticketing{"": s.rail}, Bank: s.bank, Verifier: s.register,
		Carrier: carrier{s.air, l}, Vault: s.vault, Catalogue: s.live.Catalogue, Clock: clock{s, l},
		Loc: cst, SaleDays: 15, Workers: 8, Operators: s.operators(), Changed: func(_ string, list []booking.ServiceEvent) { s.live.Apply(list, s.now) }}
	if s.seed%3 == 0 {
		l.engine.Pace = booking.Pace{PerSecond: 1, Burst: 1 + int(s.seed%4)}
	}
	if s.mu.bank != nil {
		l.engine.Bank = s.mu.bank(s, s.bank)
	}
	if s.mu.rail != nil {
		l.engine.Terminals[""] = s.mu.rail(s, s.rail)
	}
	s.life = l
	wild := s.wild
	s.wild = false // a process that cannot start is started again
	if err := l.engine.Start(l.ctx); err != nil {
		s.fail("start: %v", err)
	}
	s.wild = wild
	floor := time.Time{}
	if !l.store.lastText.IsZero() {
		floor = l.store.lastText.Add(-ackMargin)
	}
	s.air.bind(floor)
}

// reboot is a crash: nothing is left but the disk.
func (s *sim) reboot() {
	s.air.queue, s.air.wire = nil, nil
	s.air.unbind()
	s.note("boot", "", s.disk.epoch)
	s.boot()
}

// unit does one unit of work; a crash inside it ends the process.
func (s *sim) unit(f func()) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case crashed:
			s.reboot()
		default:
			s.fail("panic: %v\n%s", r, debug.Stack())
		}
	}()
	f()
}

func (s *sim) phone(m booking.MSISDN) *phone {
	for _, p := range s.phones {
		if p.msisdn == m {
			return p
		}
	}
	s.fail("I1: %d is no phone", m)
	return s.phones[0]
}

// note keeps a line of the trace and its sum.
func (s *sim) note(what, text string, n int64) {
	s.trace = append(s.trace, note{s.now, what, text, n})
	h := fnv.New64a()
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], s.sum)
	binary.BigEndian.PutUint64(b[8:], uint64(n))
	binary.BigEndian.PutUint64(b[16:], uint64(s.now.UnixNano()))
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(what))
	_, _ = h.Write([]byte(text))
	s.sum = h.Sum64()
}

// report is the failure with the last lines of the trace.
func (s *sim) report(lines int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %s\n", s.seed, s.failure)
	for _, n := range s.trace[max(0, len(s.trace)-lines):] {
		fmt.Fprintf(&b, "  %s %s %s %d\n", n.at.Format("02 15:04:05.000"), n.what, n.s, n.n)
	}
	return b.String()
}
