package smpp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

var t0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func at(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }

func TestTimersBeforeTheBind(t *testing.T) {
	x := newTimers(Config{SessionInit: 5 * time.Second, EnquireLink: time.Second}, at(0))
	require.Equal(t, at(5), x.next())
	require.Equal(t, actNone, x.due(at(4)))
	require.Equal(t, actInit, x.due(at(5)))
	off := newTimers(Config{SessionInit: -1}, at(0))
	require.True(t, off.next().IsZero())
	require.Equal(t, actNone, off.due(at(1e6)))
}

func TestTimersOfABoundSession(t *testing.T) {
	x := newTimers(Config{SessionInit: 5 * time.Second, EnquireLink: 10 * time.Second, EnquireResponse: 3 * time.Second,
		Inactivity: 30 * time.Second}, at(0))
	x.event(evBound, at(2))
	require.Equal(t, at(12), x.next())
	require.Equal(t, actNone, x.due(at(11)))
	require.Equal(t, actEnquire, x.due(at(12)))
	require.Equal(t, at(15), x.next())
	require.Equal(t, actNone, x.due(at(14)), "asked once, not again")
	x.event(evHeard, at(14))
	require.Equal(t, actNone, x.due(at(15)))
	require.Equal(t, at(24), x.next())
	require.Equal(t, actEnquire, x.due(at(24)))
	require.Equal(t, actDead, x.due(at(27)))
	x.event(evHeard, at(31))
	require.Equal(t, at(32), x.next(), "inactivity comes first")
	require.Equal(t, actInactive, x.due(at(32)))
	x.event(evTraffic, at(31))
	require.Equal(t, actNone, x.due(at(32)))
}

// Whatever happens, next is never later than what due does, and a silent peer is given up within two intervals.
func TestS02TimersGiveUpInTwoIntervals(t *testing.T) {
	for interval := 1; interval < 20; interval++ {
		c := Config{EnquireLink: time.Duration(interval) * time.Second, EnquireResponse: time.Hour}.withDefaults()
		x := newTimers(c, at(0))
		x.event(evBound, at(0))
		var acts []timerAction
		for len(acts) < 2 {
			now := x.next()
			require.False(t, now.After(at(2*interval)))
			acts = append(acts, x.due(now))
		}
		require.Equal(t, []timerAction{actEnquire, actDead}, acts)
	}
}

func TestStatesTable(t *testing.T) {
	const o, tx, rx, trx = 1 << Open, 1 << BoundTX, 1 << BoundRX, 1 << BoundTRX
	want := map[pdu.CommandID][2]states{ // SMPP 3.4 table 2-1: ESME, SMSC
		pdu.BindReceiver: {o, 0}, pdu.BindTransmitter: {o, 0}, pdu.BindTransceiver: {o, 0}, pdu.Outbind: {0, o},
		pdu.Unbind: {tx | rx | trx, tx | rx | trx}, pdu.SubmitSM: {tx | trx, 0}, pdu.SubmitMulti: {tx | trx, 0},
		pdu.QuerySM: {tx | trx, 0}, pdu.CancelSM: {tx | trx, 0}, pdu.ReplaceSM: {tx | trx, 0}, pdu.DataSM: {tx | trx, rx | trx},
		pdu.DeliverSM: {0, rx | trx}, pdu.AlertNotification: {0, rx | trx},
		pdu.EnquireLink: {o | tx | rx | trx | 1<<Unbound, o | tx | rx | trx | 1<<Unbound},
	}
	for id := range pdu.CommandID(0x200) {
		require.Equal(t, want[id], [2]states{mayIssue(id, ESME), mayIssue(id, SMSC)}, id)
	}
	require.Equal(t, "UNBOUND", Unbound.String())
	require.Equal(t, "ESME SMSC", ESME.String()+" "+ESME.other().String())
}

func TestConfigDefaults(t *testing.T) {
	c := Config{}.withDefaults()
	require.Equal(t, 10, c.Window)
	require.Zero(t, c.MaxInbound, "without Handle nothing is taken")
	require.Equal(t, pdu.ESME_RBINDFAIL, c.Authenticate(nil))
	require.EqualValues(t, 1, Config{FirstSequence: 0x80000000}.withDefaults().FirstSequence)
	require.Equal(t, 1000, Config{Handle: func(*Request) {}}.withDefaults().MaxInbound)
}
