package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/smpp/smsc"
)

// journey is what a customer wants to get done, text by text.
type journey struct {
	name  string
	steps []step
	// What the books of bank and terminal have in the end.
	net    string
	ticket booking.TicketState
}

// step is one text and the answers that tell the customer to go on. {code} and
// {order} are put in from the answers before.
type step struct {
	text string
	want string
}

// journeys are played once for every commit that they make.
func journeys() []journey {
	const quote = `Held to .*Reply Y [0-9]{6} to pay`
	return []journey{
		{name: "cancelled", net: "0", ticket: booking.ItemVoided, steps: []step{
			{"REG Zhang Wei 11010519491231002X", `^Registered`},
			{"BOOK G123 5DEC 1", quote},
			{"Y {code}", `^PAID`},
			{"CXL {order}", `^Cancel .*Reply Y`},
			{"Y {code}", `^Cancelled|is cancelled`},
		}},
		{name: "declined", net: "553", ticket: booking.ItemIssued, steps: []step{
			{"REG Zhang Wei 11010519491231002X", `^Registered`},
			{"BOOK G123 5DEC 1 4000000000000002", quote},
			{"Y {code}", `^Bank refused|not paid, PAY`},
			{"PAY {order} 6222021234567890", quote},
			{"Y {code}", `^PAID`},
		}},
	}
}

// TestCrashAtEveryCommit crashes the gateway at the first commit of a journey,
// then at the second, and so on until the journey ends before the crash: before
// the commit was done, and after it and before anybody knew. Carrier, bank and
// terminal live on. Each time the customer gets what he wants, and the books
// agree with what he was told.
func TestCrashAtEveryCommit(t *testing.T) {
	for _, j := range journeys() {
		for _, after := range []bool{false, true} {
			name := j.name + "/before"
			if after {
				name = j.name + "/after"
			}
			t.Run(name, func(t *testing.T) { crashEverywhere(t, j, after) })
		}
	}
}

// atOnce is how many journeys run at a time: they mostly wait.
const atOnce = 8

func crashEverywhere(t *testing.T, j journey, after bool) {
	const most = 200 // commits of a journey
	for first := 1; first <= most; first += atOnce {
		var wg sync.WaitGroup
		var crashed [atOnce]bool
		var failed [atOnce]error
		for i := range atOnce {
			wg.Go(func() {
				dir := filepath.Join(t.TempDir(), "data")
				crashed[i], failed[i] = j.play(t.Context(), dir, first+i, after)
			})
		}
		wg.Wait()
		for i := range atOnce {
			require.NoError(t, failed[i], "crash at commit %d", first+i)
			if !crashed[i] {
				require.Greater(t, first+i, len(j.steps), "each text makes a commit")
				return
			}
		}
	}
	require.Fail(t, "the journey does not end", "it made more than %d commits", most)
}

// play plays the journey with a crash at commit k and looks at all books.
func (j journey) play(ctx context.Context, dir string, k int, after bool) (crashed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, worldOptions{dir: dir, start: demoStart(), log: zap.NewNop()})
	if err != nil {
		return false, err
	}
	watch, stop := context.WithCancel(ctx)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		w.watch(watch)
	}()
	c := &customer{w: w, phone: "13800138001"}
	w.mu.Lock()
	w.crashAt, w.after = k, after
	first := w.running
	w.mu.Unlock()
	err = c.goes(ctx, j.steps)
	if err == nil {
		crashed, err = c.rest(ctx, first)
	}
	if err == nil {
		err = j.books(ctx, w)
	}
	if err == nil {
		err = answered(w.smsc.Ledger(), crashed)
	}
	stop()
	<-watching
	if closed := w.close(); err == nil {
		err = closed
	}
	return crashed, err
}

// customer behaves like a person: he waits a while, then sends his text again.
type customer struct {
	w      *world
	phone  string
	code   string
	order  string
	heard  []string
	undone bool
	words  func(string) string // how he writes
}

var (
	codeIn  = regexp.MustCompile(`\bY ([0-9]{6})\b`)
	orderIn = regexp.MustCompile(`\b[Oo]rder ([0-9A-Z]{5})\b`)
)

// patience is how long he waits before he sends the same text again, tries how
// often he does.
const (
	patience = 6 * time.Second
	tries    = 4
)

// undone is what he is told when the gateway, after a crash, cannot know
// whether the bank was asked: it takes the payment back and he books again.
var undone = regexp.MustCompile(`payment was undone`)

// books is the step that he goes back to then.
const books = 1

// goes texts step by step.
func (c *customer) goes(ctx context.Context, steps []step) error {
	again := false
	for i := 0; i < len(steps); i++ {
		c.undone = false
		err := c.does(ctx, steps[i])
		switch {
		case err != nil:
			return err
		case c.undone && again:
			return fmt.Errorf("undone twice: %q", c.heard)
		case c.undone:
			again, i = true, books-1
			c.words = strings.ToLower // so soon after a crash, the very same text counts as the carrier's second copy
		}
	}
	return nil
}

func (c *customer) does(ctx context.Context, s step) error {
	text := strings.NewReplacer("{code}", c.code, "{order}", c.order).Replace(s.text)
	if c.words != nil {
		text = c.words(text)
	}
	for range tries {
		if err := c.w.Text(c.phone, text); err != nil {
			return err
		}
		if c.hears(ctx, regexp.MustCompile(s.want)) {
			return nil
		}
		c.w.clock.Advance(time.Minute) // he has put the phone away for a while
	}
	return fmt.Errorf("no answer to %q that matches %q; heard %q", text, s.want, c.heard)
}

// hears waits for an answer. Others are read and noted.
func (c *customer) hears(ctx context.Context, want *regexp.Regexp) bool {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		text, err := c.w.Next(wait, c.phone)
		if err != nil {
			return false
		}
		text = strings.Join(strings.Fields(text), " ")
		again := len(c.heard) > 0 && c.heard[len(c.heard)-1] == text
		c.heard = append(c.heard, text)
		if m := codeIn.FindStringSubmatch(text); m != nil {
			c.code = m[1]
		}
		if m := orderIn.FindStringSubmatch(text); m != nil {
			c.order = m[1]
		}
		c.undone = undone.MatchString(text)
		if !again && (c.undone || want.MatchString(text)) { // a copy of the answer before is not the answer
			return true
		}
	}
}

// rest waits until nothing is under way any more: no copy of an answer, no
// call, no new start. It tells whether the gateway crashed; from then on it will not.
func (c *customer) rest(ctx context.Context, first *runningGateway) (crashed bool, err error) {
	for {
		text, quiet := c.w.Quiet(ctx, c.phone, 300*time.Millisecond)
		if quiet && c.settled(first) {
			break
		}
		if quiet {
			continue
		}
		if _, err := c.w.Next(ctx, c.phone); err != nil {
			return false, err
		}
		c.heard = append(c.heard, text)
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.w.running != first, ctx.Err()
}

// settled tells whether the gateway is idle and not about to start again, and
// calls the crash off if it did not come.
func (c *customer) settled(first *runningGateway) bool {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if c.w.crashAt == 0 && c.w.running == first || !c.w.running.g.engine.Idle() {
		return false
	}
	c.w.crashAt = 0
	return true
}

// books holds the bank's ledger and the terminal's against what the journey
// should have come to.
func (j journey) books(ctx context.Context, w *world) error {
	rows, err := w.bank.Ledger(ctx)
	if err != nil {
		return err
	}
	var net booking.Money
	for _, r := range rows {
		net.Minor += r.Net().Minor
	}
	if net.Amount() != j.net || w.bank.DoubleDebits() != 0 {
		return fmt.Errorf("the bank has %s, and %d debits under a key that had been debited; want %s: %+v",
			net.Amount(), w.bank.DoubleDebits(), j.net, rows)
	}
	seats, err := w.books.Ledger(ctx)
	if err != nil {
		return err
	}
	found := 0
	for _, l := range seats {
		switch {
		case l.State == j.ticket:
			found++
		case l.State != booking.ItemReleased:
			return fmt.Errorf("the terminal has a ticket that is %s: %+v", l.State, seats)
		}
	}
	if found != 1 {
		return fmt.Errorf("the terminal has %d tickets that are %s, want 1: %+v", found, j.ticket, seats)
	}
	return nil
}

// answered counts what came for what the carrier was told is safe: an answer
// to every text, and a second copy of one only if the gateway crashed.
func answered(l smsc.Ledger, crashed bool) error {
	var acked int
	for _, m := range l.MOs {
		if m.State != smsc.Acked {
			return fmt.Errorf("the text %q is still %s", m.Text, m.State)
		}
		acked++
	}
	copies, twice := map[string]int{}, 0
	for _, t := range l.Texts {
		copies[t.Text]++
		if copies[t.Text] > 1 {
			twice++
		}
		if copies[t.Text] > 2 {
			return fmt.Errorf("%q came %d times", t.Text, copies[t.Text])
		}
	}
	switch {
	case len(l.Texts) < acked:
		return fmt.Errorf("%d texts were acknowledged and %d answers came: %+v", acked, len(l.Texts), l.Texts)
	case twice > 0 && !crashed:
		return fmt.Errorf("an answer came twice without a crash: %+v", l.Texts)
	case twice > 1:
		return fmt.Errorf("%d answers came twice, across one crash: %+v", twice, l.Texts)
	}
	return nil
}
