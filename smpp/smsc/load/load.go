// Package load measures an ESME from the outside: phones that text by a script,
// at a rate or as fast as they are answered, and what came of every text.
package load

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"

	"shortfare/smpp/smsc"
)

// Config says what is sent. The zero value of a field means what is named there.
type Config struct {
	Script    []Step
	ShortCode string         // that the phones text
	Phones    int            // how many text side by side. Default 100
	First     int            // number of the first one, so that runs can use different ones
	Prefix    string         // of their numbers. Default "139"
	Rounds    int            // how often each plays the script. Default 1, or no end with Messages or Duration
	Messages  int64          // end after so many texts. Default: no bound
	Duration  time.Duration  // end after so long. Default: no bound
	Rate      float64        // texts per second, due at their time whatever was answered. Default: as fast as it goes
	NoWait    bool           // phones do not wait for a reply before they go on
	InFlight  int            // texts without a reply. Default 1000
	Long      smsc.LongForm  // of texts that need several parts
	Correlate *regexp.Regexp // its group is the {n} of the text that a reply answers: finds disorder and misrouting
	Timeout   time.Duration  // after which a reply is missing. Default 30 s
}

// message is one text. Guarded by runner.mu.
type message struct {
	n         int64
	step      *Step
	due, sent time.Time
	left      int // replies that are still to come
	acked     bool
	timedOut  bool
}

// phone is one that texts. Guarded by runner.mu.
type phone struct {
	values
	at    int        // step that is next
	open  []*message // sent, oldest first; answered ones leave
	count int        // texts it ever sent
	last  int64      // {n} of the newest text that was answered
	gone  bool       // it gave up
}

// runner is one run.
type runner struct {
	Config
	smsc *smsc.SMSC

	mu      sync.Mutex
	wake    chan struct{} // capacity 1: something changed for the sender
	phones  map[string]*phone
	ready   []*phone
	byMO    map[int64]*message
	early   map[int64]smsc.MO // acknowledged before Inject returned
	next    int64
	flying  int
	res     Result
	e2e     []time.Duration
	dues    []time.Duration
	acks    []time.Duration
	start   time.Time
	lastAck time.Time
	lastIn  time.Time
	done    bool
}

// Run sends what cfg says through s, to whatever ESME has bound, and returns
// what came of it. The error is that of the context, or of a text that cannot be
// sent; the result is valid in any case.
func Run(ctx context.Context, s *smsc.SMSC, cfg Config) (*Result, error) {
	r := newRunner(s, cfg)
	s.OnMO(r.onMO)
	s.OnText(r.onText)
	cpu := cpuTime()
	err := r.send(ctx)
	if err == nil {
		err = r.drain(ctx)
	}
	return r.result(cpuTime() - cpu), err
}

func newRunner(s *smsc.SMSC, cfg Config) *runner {
	if cfg.Phones <= 0 {
		cfg.Phones = 100
	}
	if cfg.Prefix == "" {
		cfg.Prefix = "139"
	}
	if cfg.Rounds <= 0 && cfg.Messages <= 0 && cfg.Duration <= 0 {
		cfg.Rounds = 1
	}
	if cfg.InFlight <= 0 {
		cfg.InFlight = 1000
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	r := &runner{Config: cfg, smsc: s, wake: make(chan struct{}, 1), phones: map[string]*phone{}, byMO: map[int64]*message{},
		early: map[int64]smsc.MO{}, start: time.Now()}
	for i := range cfg.Phones {
		p := &phone{values: values{msisdn: fmt.Sprintf("%s%08d", cfg.Prefix, cfg.First+i), id: residentID(cfg.First + i), card: card(cfg.First + i), round: 1}}
		r.phones[p.msisdn] = p
		r.ready = append(r.ready, p)
	}
	return r
}

// send sends until there is no more to send.
func (r *runner) send(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond) // for time-outs
	defer tick.Stop()
	for i := int64(0); r.Messages <= 0 || i < r.Messages; i++ {
		due := time.Now()
		if r.Rate > 0 {
			due = r.start.Add(time.Duration(float64(i) / r.Rate * float64(time.Second)))
			if wait := time.Until(due); wait > 0 {
				select {
				case <-time.After(wait):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		p, m := r.take(due)
		for p == nil {
			if m == nil {
				return nil
			}
			select {
			case <-r.wake:
			case <-tick.C:
				r.expire()
			case <-ctx.Done():
				return ctx.Err()
			}
			p, m = r.take(due)
		}
		if err := r.text(p, m); err != nil {
			return err
		}
	}
	return nil
}

// take gives the phone that texts next and its text. No phone and a text means
// to wait for one; neither that there is no more to send.
func (r *runner) take(due time.Time) (*phone, *message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := r.Duration > 0 && time.Since(r.start) >= r.Duration
	switch {
	case over, len(r.ready) == 0 && r.flying == 0:
		return nil, nil
	case len(r.ready) == 0, r.flying >= r.InFlight:
		return nil, &message{}
	}
	p := r.ready[0]
	r.ready = r.ready[1:]
	r.next++
	p.n = r.next
	step := &r.Script[p.at]
	p.step = p.at + 1
	if r.Rate <= 0 {
		due = time.Now()
	}
	m := &message{n: p.n, step: step, due: due, left: step.Replies}
	r.flying++
	p.open = append(p.open, m)
	p.count++
	return p, m
}

// text sends one text.
func (r *runner) text(p *phone, m *message) error {
	r.mu.Lock()
	text, err := m.step.text(p.values)
	if err != nil {
		r.note("%s: %v", p.msisdn, err)
		r.res.Unexpected++
		r.close(p, m)
		p.gone = true
		r.mu.Unlock()
		return nil
	}
	m.sent = time.Now()
	r.res.Messages++
	from := p.msisdn
	r.mu.Unlock()
	id, err := r.smsc.Inject(from, r.ShortCode, text, smsc.MOOptions{Encoding: m.step.Encoding, Long: r.Long})
	if err != nil {
		return fmt.Errorf("script line %d: %w", m.step.Line, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if mo, ok := r.early[id]; ok {
		delete(r.early, id)
		r.acknowledged(m, mo)
	} else {
		r.byMO[id] = m
	}
	if r.NoWait {
		r.advance(p)
	}
	return nil
}

// advance makes the phone ready for its next step. mu is held.
func (r *runner) advance(p *phone) {
	if p.at++; p.at == len(r.Script) {
		p.at = 0
		p.round++
		if r.Rounds > 0 && p.round > r.Rounds {
			p.gone = true
		}
	}
	if !p.gone {
		r.ready = append(r.ready, p)
	}
	r.signal()
}

func (r *runner) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// close takes a text out of the phone and gives its room back. mu is held.
func (r *runner) close(p *phone, m *message) {
	for i, x := range p.open {
		if x == m {
			p.open = append(p.open[:i], p.open[i+1:]...)
			r.flying--
			break
		}
	}
	r.signal()
}

// onMO takes what became of a text on its way to the ESME.
func (r *runner) onMO(mo smsc.MO) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.byMO[mo.ID]
	if !ok {
		r.early[mo.ID] = mo
		return
	}
	delete(r.byMO, mo.ID)
	r.acknowledged(m, mo)
}

// acknowledged notes that the ESME has answered a text. mu is held.
func (r *runner) acknowledged(m *message, mo smsc.MO) {
	r.res.Resent += int64(max(len(mo.Deliveries)-mo.Parts, 0))
	p := r.phones[mo.From]
	if mo.State != smsc.Acked {
		r.res.Rejected++
		r.note("%s: refused with %v", mo.From, mo.Status)
		m.left = 0
	} else {
		m.acked = true
		r.res.Acked++
		r.lastAck = time.Now()
		r.acks = append(r.acks, mo.Acked.Sub(mo.Deliveries[0].Sent))
		if m.timedOut {
			r.lost(p, m)
		}
	}
	if m.left == 0 && !m.timedOut {
		if m.acked && m.step.Replies == 0 {
			r.res.Answered++
			r.lastIn = time.Now()
		}
		r.close(p, m)
		if m.step.Replies == 0 || !m.acked {
			r.goOn(p)
		}
	}
}

// goOn lets a phone that waits for replies send its next text. mu is held.
func (r *runner) goOn(p *phone) {
	if !r.NoWait && !p.gone && !r.done {
		r.advance(p)
	}
}

// onText takes a reply.
func (r *runner) onText(t smsc.Text) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.res.Replies++
	r.lastIn = now
	p := r.phones[t.To]
	if p == nil || p.count == 0 {
		r.res.Stray++
		r.note("%s got a text and sent none", t.To)
		return
	}
	m := r.match(p, t)
	if m == nil {
		return
	}
	p.reply = t.Text
	if m.left--; m.left > 0 {
		return
	}
	r.close(p, m)
	if e := m.step.Expect; e != nil && !e.MatchString(t.Text) {
		r.res.Unexpected++
		r.note("%s: the reply to line %d does not match /%v/: %q", t.To, m.step.Line, e, t.Text)
	}
	r.res.Answered++
	r.e2e = append(r.e2e, now.Sub(m.sent))
	r.dues = append(r.dues, now.Sub(m.due))
	r.goOn(p)
}

// match finds the text that a reply answers; if there is none it has counted why. mu is held.
func (r *runner) match(p *phone, t smsc.Text) *message {
	waits := func(m *message) bool { return m.left > 0 }
	if r.Correlate == nil {
		for _, m := range p.open {
			if waits(m) {
				return m
			}
		}
		r.res.Duplicates++
		r.note("%s: one reply too many: %q", t.To, t.Text)
		return nil
	}
	found := r.Correlate.FindStringSubmatch(t.Text)
	if found == nil {
		r.res.Unexpected++
		r.note("%s: a reply without a number: %q", t.To, t.Text)
		return nil
	}
	n, _ := strconv.ParseInt(found[len(found)-1], 10, 64) // what is no number is nobody's
	for _, m := range p.open {
		if m.n == n && waits(m) {
			if n < p.last {
				r.res.Disorder++
				r.note("%s: the reply to text %d came after that to %d", t.To, n, p.last)
			}
			p.last = max(p.last, n)
			return m
		}
	}
	for _, other := range r.phones {
		for _, m := range other.open {
			if m.n == n && other != p {
				r.res.Misrouted++
				r.note("%s got the reply to text %d of %s", t.To, n, other.msisdn)
				return nil
			}
		}
	}
	r.res.Duplicates++
	r.note("%s: one reply too many to text %d", t.To, n)
	return nil
}

// expire gives up replies that did not come in time.
func (r *runner) expire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.phones {
		for len(p.open) > 0 && !p.open[0].sent.IsZero() && time.Since(p.open[0].sent) > r.Timeout {
			m := p.open[0]
			m.timedOut = true
			r.lost(p, m)
			r.close(p, m)
			if !r.NoWait {
				p.gone = true // its conversation cannot go on
			}
		}
	}
}

// lost counts a text without its replies. mu is held.
func (r *runner) lost(p *phone, m *message) {
	if m.acked {
		r.res.Missing++
		r.note("%s: no reply to text %d, line %d", p.msisdn, m.n, m.step.Line)
	}
}

// note keeps the first few things that were wrong. mu is held.
func (r *runner) note(format string, args ...any) {
	const few = 10
	if len(r.res.Notes) < few {
		r.res.Notes = append(r.res.Notes, fmt.Sprintf(format, args...))
	}
}

// settle is how long after the last reply a superfluous one may still come.
const settle = 200 * time.Millisecond

// drain waits for the replies that are due.
func (r *runner) drain(ctx context.Context) error {
	r.mu.Lock()
	r.done = true
	r.mu.Unlock()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r.expire()
		r.mu.Lock()
		idle := r.flying == 0 && time.Since(r.lastIn) > settle
		r.mu.Unlock()
		if idle {
			return nil
		}
		select {
		case <-r.wake:
		case <-tick.C:
		case <-ctx.Done():
			return errors.Join(errors.New("interrupted"), ctx.Err())
		}
	}
}

// result sums up.
func (r *runner) result(cpu time.Duration) *Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.phones {
		for _, m := range p.open {
			r.lost(p, m)
		}
	}
	res := r.res
	res.Unacked = res.Messages - res.Acked - res.Rejected
	res.EndToEnd, res.Due, res.Ack = timesOf(r.e2e), timesOf(r.dues), timesOf(r.acks)
	if s := r.lastAck.Sub(r.start).Seconds(); s > 0 {
		res.AckedRate = float64(res.Acked) / s
	}
	if res.Seconds = max(r.lastIn.Sub(r.start).Seconds(), 0); res.Seconds > 0 {
		res.Rate = float64(res.Answered) / res.Seconds
	}
	if res.Messages > 0 {
		res.CPU = float64(cpu.Microseconds()) / float64(res.Messages)
	}
	return &res
}
