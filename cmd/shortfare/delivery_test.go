package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"shortfare/booking"
)

// ticketed buys a ticket on a phone.
func ticketed(ctx context.Context, t *testing.T, w *world, phone string) {
	c := &customer{w: w, phone: phone}
	require.NoError(t, c.goes(ctx, []step{{"REG Zhang Wei 11010519491231002X", `^Registered`},
		{"BOOK G123 5DEC 1 6222021234567890", `Held to .*Reply Y [0-9]{6} to pay`}, {"Y {code}", `^PAID`}}))
}

// tickets are the phone's messages that asked for a receipt, with their states.
func tickets(ctx context.Context, t *testing.T, w *world, phone string) (list []booking.MT, states []booking.MTState) {
	w.mu.Lock()
	s := w.running.g.store
	w.mu.Unlock()
	all := s.(interface {
		EachReply(context.Context, int64, func(booking.MT, booking.Sent) error) error
	})
	require.NoError(t, all.EachReply(ctx, 0, func(m booking.MT, sent booking.Sent) error {
		if m.Receipt && strings.HasSuffix(m.MSISDN.String(), phone) {
			m.Link = sent.Link
			list, states = append(list, m), append(states, sent.State)
		}
		return nil
	}))
	return list, states
}

// comes waits for a state of the phone's tickets while the clock runs fast.
func comes(ctx context.Context, t *testing.T, w *world, phone string, want ...booking.MTState) []booking.MT {
	t.Helper()
	for {
		list, states := tickets(ctx, t, w, phone)
		if slices.Equal(states, want) {
			return list
		}
		require.NoError(t, ctx.Err(), "tickets of %s are %v, not %v", phone, states, want)
		w.clock.Advance(5 * time.Second)
		time.Sleep(20 * time.Millisecond)
	}
}

// TestQueryAfterFaults has a carrier that gives no receipts, and two faults
// while it is asked what became of a ticket, in every pair. In the end each
// ticket is known to be delivered, and none was sent twice.
func TestQueryAfterFaults(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop(),
		env: []string{"SHORTFARE_SMPP_LINKS_0_RESPONSE=1s", "SHORTFARE_SMPP_LINKS_0_QUERY_AFTER=30s"}})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	faults := []string{"carrier drop", "carrier stall on", "carrier refuse-binds on", "carrier half-open on", "carrier refuse-queries 0x67", "crash"}
	phone := 13800138000
	for i, first := range faults {
		for _, second := range faults[i:] {
			phone++
			name := fmt.Sprint(phone)
			require.NoError(t, w.Control(ctx, strings.Fields("carrier receipts off")))
			ticketed(ctx, t, w, name)
			require.Eventually(t, func() bool { // before its answer is stored, a fault would make a second copy
				_, states := tickets(ctx, t, w, name)
				return slices.Equal(states, []booking.MTState{booking.MTSent})
			}, time.Minute, 5*time.Millisecond)
			require.NoError(t, w.Control(ctx, strings.Fields(first)), first)
			w.clock.Advance(time.Minute) // it is asked about now
			if second == "crash" {       // a gateway that cannot bind does not start in this world
				require.NoError(t, w.Control(ctx, strings.Fields("carrier heal")))
			}
			require.NoError(t, w.Control(ctx, strings.Fields(second)), second)
			w.clock.Advance(time.Minute)
			time.Sleep(50 * time.Millisecond) // let it meet the fault; whether it did changes nothing
			require.NoError(t, w.Control(ctx, strings.Fields("carrier heal")))
			require.NoError(t, w.Control(ctx, strings.Fields("carrier receipts off")))
			list := comes(ctx, t, w, name, booking.MTDelivered)
			require.Zero(t, list[0].Copies, "%s, %s", first, second)
		}
	}
}

// TestTakeBack lets a carrier sit on a ticket: it is taken back and leaves over
// another one, and the handset shows it once.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w, err := newWorld(ctx, worldOptions{dir: filepath.Join(t.TempDir(), "data"), start: demoStart(), log: zap.NewNop()})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	other := w.cfg.SMPP.Links[0]
	other.Name, other.Carrier = "other", "other"
	w.cfg.SMPP.Links = append(w.cfg.SMPP.Links, other)
	for i := range w.cfg.SMPP.Links {
		w.cfg.SMPP.Links[i].QueryAfter, w.cfg.SMPP.Links[i].CancelAfter = 30*time.Second, 10*time.Minute
	}
	require.NoError(t, w.Control(ctx, []string{"crash"}))
	require.NoError(t, w.smsc.WaitBound(ctx, 2))
	c := &customer{w: w, phone: "13800138001"}
	require.NoError(t, c.goes(ctx, []step{{"REG Zhang Wei 11010519491231002X", `^Registered`}, {"BOOK G123 5DEC 1 6222021234567890", `Held to .*Reply Y [0-9]{6} to pay`}}))
	require.NoError(t, w.Control(ctx, strings.Fields("carrier enroute 1h")))
	require.NoError(t, w.Text(c.phone, "Y "+c.code))
	first := comes(ctx, t, w, c.phone, booking.MTSent)[0]
	list := comes(ctx, t, w, c.phone, booking.MTUndeliverable, booking.MTSent)
	require.True(t, list[1].Again)
	require.NotEqual(t, first.Link, list[1].Link, "over the other carrier")
	require.Equal(t, first.Text, list[1].Text)
	require.False(t, w.clock.Now().Before(first.At.Add(10*time.Minute)))
	deleted := 0
	for _, m := range w.smsc.Ledger().MTs {
		if m.State == "deleted" {
			deleted++
		}
	}
	require.Equal(t, 1, deleted)
}
