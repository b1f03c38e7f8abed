package simulation

import (
	"fmt"
	"time"

	"shortfare/booking"
)

// action is something that can happen next, and how often it does.
type action struct {
	weight int
	do     func()
}

// step does one thing, drawn from the seed.
func (s *sim) step() {
	actions := s.actions()
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	n := s.rng.IntN(total)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			a.do()
			break
		}
	}
	s.advance(s.between(0, 1500*time.Millisecond))
	s.take()
}

// take moves attempts that are due from the engine to the callers.
func (s *sim) take() {
	for {
		a, ok := s.life.engine.Next()
		if !ok {
			return
		}
		s.attempts = append(s.attempts, a)
	}
}

// actions lists what can happen now.
func (s *sim) actions() []action {
	ticks := 12
	if s.sluggish {
		ticks = 3
	}
	list := append(make([]action, 0, 24), action{8, func() { s.phones[s.rng.IntN(len(s.phones))].text() }}, action{ticks, s.tick}, action{5, func() { s.pass(s.between(time.Second, 10*time.Second)) }})
	if ready := s.deliverable(); len(ready) > 0 {
		list = append(list, action{35, func() { s.air.deliver(ready[s.rng.IntN(len(ready))]) }})
	}
	if s.phones[1].guesses {
		list = append(list, action{8, s.phones[1].text})
	}
	if len(s.life.store.jobs) > 0 {
		list = append(list, action{40, s.life.store.commit})
	}
	if len(s.attempts) > 0 {
		list = append(list, action{35, s.call})
	}
	if len(s.air.queue) > 0 && !s.air.down {
		list = append(list, action{30, s.air.send})
	}
	if len(s.air.wire) > 0 {
		list = append(list, action{30, s.air.respond})
	}
	if s.depth == 0 {
		list = append(list, action{2, func() { s.pass(s.between(time.Minute, 5*time.Minute)) }})
	}
	if !s.polling {
		list = append(list, action{3, s.poll})
	}
	if s.faultless {
		return list
	}
	list = append(list,
		action{1, func() { s.bank.line.down = !s.bank.line.down && s.chance(0.5) }},
		action{1, func() { s.rail.line.down, s.rail.dark = !s.rail.line.down && s.chance(0.5), s.chance(0.4) }},
		action{1, func() { s.air.down = !s.air.down && s.chance(0.5) }},
		action{1, func() { s.storeDown = s.now.Add(s.between(0, 40*time.Second)) }},
		action{1, func() { s.note("carrier unbinds", "", 0); s.air.bind(s.air.unbind()) }},
		action{1, func() {
			if s.rate.crash > 0 && s.chance(0.5) {
				s.note("crash", "", 0)
				panic(crashed{})
			}
		}})
	if s.depth == 0 && s.chance(0.03) {
		list = append(list, action{8, s.rail.travel}, action{4, s.rail.lapse}, action{12, s.rail.cancelRun}, action{8, func() { s.pass(s.between(10*time.Minute, 2*time.Hour)) }},
			action{1, func() { s.pass(s.between(2*time.Hour, 14*time.Hour)) }})
	}
	return list
}

func (s *sim) deliverable() (ready []*phone) {
	if s.air.down {
		return nil
	}
	for _, p := range s.phones {
		if p.flying == nil && len(p.out) > 0 {
			ready = append(ready, p)
		}
	}
	return ready
}

func (s *sim) tick() {
	if err := s.life.engine.Tick(s.life.ctx); err != nil {
		s.note("tick", err.Error(), 0)
	}
}

// poll asks the terminal what has changed, as Run does.
func (s *sim) poll() {
	s.polling = true
	if err := s.life.engine.Poll(s.life.ctx); err != nil {
		s.note("poll", err.Error(), 0)
	}
	s.polling = false
}

// call makes one of the calls that wait.
func (s *sim) call() {
	n := s.rng.IntN(len(s.attempts))
	a := s.attempts[n]
	s.attempts = append(s.attempts[:n:n], s.attempts[n+1:]...)
	s.note("attempt "+a.Call.String(), "", int64(a.Order))
	if a.Call == booking.CallVerify {
		s.register.asked = a.ID
		delete(s.register.said, a.ID) // what a call before a crash was told is lost
	}
	s.life.engine.Attempt(s.life.ctx, a)
}

// play plays the history of the seed: a wild part, and a quiet end.
func (s *sim) play() {
	s.boot()
	if s.chance(0.7) {
		s.prelude()
	}
	for range units {
		s.unit(s.step)
		if s.failure != "" {
			return
		}
	}
	s.wild, s.air.down, s.bank.line.down, s.rail.line.down = false, false, false, false
	s.note("the faults stop", "", 0)
	if !s.faultless && s.chance(0.3) {
		s.reboot()
	}
	s.settle(30 * time.Minute)
	if s.failure == "" {
		s.checkEnds()
	}
	s.settle(90 * time.Minute)
	if s.failure == "" {
		s.checkAll()
	}
	if s.failure == "" && s.chance(0.25) {
		s.age(30 * time.Hour)
	}
}

// prelude has some customers buy tickets while nothing goes wrong, so that there is
// something to cancel, to change and to wait for.
func (s *sim) prelude() {
	s.wild = false
	service := s.favourite
	for i, p := range s.phones {
		if s.chance(0.2) {
			continue
		}
		if !p.registers {
			p.send("register", p.registration())
		}
		s.drain()
		switch {
		case i > 0 && s.chance(0.6):
			p.send("wait", "WAIT "+service+" TMR "+p.pick("1", "1", "2")+p.pick("", " 6222021234567894"))
		case s.rail.named:
			p.send("pax", "PAX ADD LI Li Na "+p.pick(idCard(20), idCard(21)))
			p.send("book", "BOOK "+service+" TMR ME,LI")
		case i == 0:
			p.send("book", fmt.Sprintf("BOOK %s TMR %d 6222021234567894", service, min(s.rail.seats, 5)))
		default:
			p.send("book", "BOOK "+service+" TMR "+p.pick("1", "2")+" 6222021234567894")
		}
		s.drain()
		if n := len(p.quotes); n > 0 {
			p.taken = n
			p.send("code", "Y "+p.quotes[n-1].code)
			s.drain()
		}
		s.pass(s.between(time.Second, time.Minute))
	}
	s.wild = true
}

// age lets days go by: departures come, refunds arrive.
func (s *sim) age(d time.Duration) {
	s.note("days go by", "", 0)
	for end := s.now.Add(d); s.now.Before(end) && s.failure == ""; {
		next := s.now.Add(time.Hour)
		for _, t := range s.wakes() {
			if t.Before(next) {
				next = t
			}
		}
		s.advance(max(50*time.Millisecond, next.Sub(s.now)))
		s.unit(s.drain)
	}
	if s.failure == "" {
		s.checkEnds()
		s.checkAll()
	}
}

// settle lets time pass without faults and without new texts.
func (s *sim) settle(d time.Duration) {
	end := s.now.Add(d)
	for i := 0; s.now.Before(end); i++ {
		if i > 20000 {
			s.fail("I6: it never becomes quiet")
		}
		s.unit(s.drain)
		if s.failure != "" {
			return
		}
		next := s.now.Add(time.Minute)
		for _, t := range s.wakes() {
			if t.Before(next) {
				next = t
			}
		}
		s.advance(max(50*time.Millisecond, min(next.Sub(s.now), end.Sub(s.now))))
	}
}

// wakes lists the times at which something is to be done.
func (s *sim) wakes() (all []time.Time) {
	for _, p := range s.phones {
		if d := s.disk.due[p.msisdn]; !d.IsZero() {
			all = append(all, d)
		}
	}
	for _, a := range s.disk.attempts {
		all = append(all, a.Due)
	}
	for _, e := range s.events {
		all = append(all, e.at)
	}
	return all
}

// drain does all there is to do now.
func (s *sim) drain() {
	for range 1000 {
		s.tick()
		s.poll()
		s.take()
		idle := true
		for len(s.attempts) > 0 && s.failure == "" {
			idle = false
			s.call()
			s.take()
		}
		for ready := s.deliverable(); len(ready) > 0; ready = s.deliverable() {
			idle = false
			s.air.deliver(ready[0])
			s.life.store.commit()
			s.take()
		}
		for len(s.life.store.jobs) > 0 {
			idle = false
			s.life.store.commit()
			s.take()
		}
		for len(s.air.queue)+len(s.air.wire) > 0 {
			idle = false
			if len(s.air.queue) > 0 {
				s.air.send()
			}
			s.air.respond()
		}
		if idle || s.failure != "" {
			return
		}
	}
	s.fail("I6: work without end")
}
