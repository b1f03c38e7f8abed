package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/ticketing/faulty"
	"shortfare/booking/ticketing/local"
	"shortfare/parser"
)

// operates tells whether a word of `terminal` is what the terminal's operators
// do, and no fault.
func operates(word string) bool {
	return slices.Contains([]string{"cancel", "move", "restore", "board"}, word)
}

// How operators' commands are written.
const (
	runUsage   = "write it so: terminal %s SERVICE DATE, e.g. terminal %[1]s G123 5dec"
	moveUsage  = "write it so: terminal move SERVICE DATE SHIFT, e.g. terminal move G123 5dec +40m"
	boardUsage = "write it so: terminal board ORDER, with the order's code or the terminal's key"
)

// operate does what the terminal's operators do.
func (w *world) operate(ctx context.Context, args []string) (string, error) {
	if args[0] == "board" {
		if len(args) != 2 {
			return "", errors.New(boardUsage)
		}
		return w.board(ctx, args[1])
	}
	var shift time.Duration
	words := args[1:]
	if args[0] == "move" {
		if len(words) < 2 {
			return "", errors.New(moveUsage)
		}
		last, err := time.ParseDuration(words[len(words)-1])
		if err != nil {
			return "", errors.New(moveUsage)
		}
		shift, words = last, words[:len(words)-1]
	}
	runs, err := w.runs(args[0], words)
	if err != nil {
		return "", err
	}
	var last booking.ServiceEvent
	for _, r := range runs {
		switch args[0] {
		case "cancel":
			last, err = w.books.CancelRun(ctx, r.Service, r.Date)
		case "move":
			last, err = w.books.MoveRun(ctx, r.Service, r.Date, shift)
		default:
			last, err = w.books.RestoreRun(ctx, r.Service, r.Date)
		}
		if err != nil {
			return "", err
		}
	}
	if err := w.until(ctx, func() bool { return w.out.catalogue.Seq() >= last.Seq }); err != nil {
		return "", err
	}
	what := map[string]string{"cancel": "is cancelled", "move": "is moved by " + strings.TrimSuffix(shift.String(), "0s"), "restore": "runs as the timetable says"}
	return fmt.Sprintf("%s %s %s", runs[0].Number, runs[0].Date, what[args[0]]), nil
}

// fault changes what happens to the terminal's calls.
func (w *world) fault(ctx context.Context, args []string) (string, error) {
	before, err := w.rail.Command("show")
	if err != nil {
		return "", err
	}
	out, err := w.rail.Command(strings.Join(args, " "))
	if err != nil || strings.Contains(before, string(faulty.Ready)) == strings.Contains(out, string(faulty.Ready)) {
		return strings.TrimSpace(out), err
	}
	seen := w.rail.Asked() + 2 // the second time the first answer counts already
	return strings.TrimSpace(out), w.until(ctx, func() bool { return w.rail.Asked() >= seen })
}

// until moves the clock on until the gateway, which asks the terminal from time
// to time, has heard of something.
func (w *world) until(ctx context.Context, heard func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for !heard() {
		w.clock.Advance(5 * time.Second)
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("the gateway has not asked the terminal: is it running?")
		}
	}
	return nil
}

// runs finds what SERVICE DATE names, by the words a customer would use.
func (w *world) runs(verb string, words []string) ([]booking.Trip, error) {
	w.mu.Lock()
	engine := w.running.g.engine
	w.mu.Unlock()
	cmd := parser.Parse("Q "+strings.Join(words, " "), engine.ParseContext())
	if cmd.Service == "" || cmd.Date.IsZero() || len(cmd.Unread) > 0 {
		if verb == "move" {
			return nil, errors.New(moveUsage)
		}
		return nil, fmt.Errorf(runUsage, verb)
	}
	date := booking.Date(cmd.Date.Year*10000 + cmd.Date.Month*100 + cmd.Date.Day)
	runs := w.timetable.Numbered(cmd.Service, date)
	if len(runs) == 0 {
		return nil, fmt.Errorf("%w: %s on %s", local.ErrNoRun, cmd.Service, date)
	}
	return runs, nil
}

// board marks the ticket of an order, named by its code or by the terminal's key.
func (w *world) board(ctx context.Context, name string) (string, error) {
	rows, err := w.books.Ledger(ctx)
	if err != nil {
		return "", err
	}
	code, key := orderCodes(w.out.vault), ""
	for _, r := range rows {
		number, _, _ := strings.Cut(r.Key, "-")
		id, err := strconv.ParseInt(number, 10, 64)
		if r.State != booking.ItemIssued || r.Key != name && err != nil {
			continue
		}
		for try := range 4 {
			if r.Key == name || strings.EqualFold(code(booking.OrderID(id), try), name) {
				key = r.Key
			}
		}
	}
	if key == "" {
		return "", fmt.Errorf("%s is no ticket that was issued: %s", name, boardUsage)
	}
	if out := w.books.Board(ctx, key); out.Verdict != booking.Done {
		return "", errors.Join(fmt.Errorf("terminal board %s: %s %s", name, out.Verdict, out.Reason), out.Cause)
	}
	return name + " has boarded", nil
}
