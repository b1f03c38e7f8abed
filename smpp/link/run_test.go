package link

import (
	"context"
	"net"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// S10: whatever the carrier says to a bind, the link never gives up; it asks
// more and more seldom, up to every five minutes.
func TestS10BindRefused(t *testing.T) {
	for _, status := range []pdu.Status{pdu.ESME_RBINDFAIL, pdu.ESME_RINVPASWD, pdu.ESME_RALYBND, pdu.ESME_RSYSERR} {
		t.Run(status.String(), func(t *testing.T) {
			c := &carrier{bind: status}
			start(t, c, Config{}, func(t *testing.T, w *world) {
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				require.ErrorIs(t, w.Ready(), ErrNotBound)
				require.ErrorIs(t, w.Ready(), status)
				gaps := c.gaps()
				for i, g := range gaps {
					require.GreaterOrEqual(t, g, time.Second)
					require.LessOrEqual(t, g, 5*time.Minute+time.Second)
					if i > 12 {
						require.GreaterOrEqual(t, g, 150*time.Second, "attempt %d", i)
					}
				}
				require.Greater(t, len(gaps), 30)
				require.Less(t, len(gaps), 70)
				require.EqualValues(t, len(gaps)+1, w.Stats().BindFailures)
				c.mu.Lock()
				c.bind = pdu.ESME_ROK
				c.mu.Unlock()
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				require.NoError(t, w.Ready())
			})
		})
	}
}

func (c *carrier) gaps() (list []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := 1; i < len(c.dials); i++ {
		list = append(list, c.dials[i].Sub(c.dials[i-1]))
	}
	return list
}

// S11: a carrier that drops every bind at once sees at most one attempt a
// second; one that carried texts is bound to again at once.
func TestS11FlappingBinds(t *testing.T) {
	for _, useful := range []bool{false, true} {
		c := &carrier{}
		c.bound = func(s *smpp.Session, _ int) {
			if useful {
				_, _ = s.Submit(context.Background(), mo("text"))
			}
			_ = s.Close()
		}
		start(t, c, Config{}, func(t *testing.T, w *world) {
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			n := len(c.gaps())
			require.LessOrEqual(t, n, 600)
			for _, g := range c.gaps() {
				require.GreaterOrEqual(t, g, time.Second)
			}
			if useful {
				require.Greater(t, n, 450)
			} else {
				require.Less(t, n, 20)
			}
		})
	}
}

// A bind that lasted starts the back-off anew.
func TestBackoffAnew(t *testing.T) {
	b := backoff{least: 500 * time.Millisecond, most: 5 * time.Minute}
	var now time.Time
	var before time.Duration
	for range 20 {
		b.attempt(now)
		d := b.wait(now)
		require.LessOrEqual(t, d, 5*time.Minute)
		require.GreaterOrEqual(t, 4*d, before, "grows but for jitter")
		before = d
		now = now.Add(d)
	}
	require.Greater(t, before, 2*time.Minute)
	b.reset()
	require.LessOrEqual(t, b.wait(now.Add(time.Hour)), 500*time.Millisecond)
}

// S09: a carrier may unbind: it is answered, and bound to again; what waits
// goes out then.
func TestS09CarrierUnbinds(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		require.NoError(t, w.carrier.last().Unbind(t.Context()))
		var out results
		require.True(t, out.send(w, mt(1, phone, "waits")))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		require.Equal(t, booking.Done, out.all()[0].Verdict)
		require.EqualValues(t, 2, w.Stats().Binds)
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("hello")))
		require.Zero(t, w.sink.arrived()[0].MO.DupFloor, "no acknowledgement was lost")
	})
}

// S04: after a bind that was cut, texts name since when acknowledgements may be
// lost, for ten minutes from the next bind.
func TestS04DupFloor(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		floor := func() time.Time {
			require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("hello")))
			list := w.sink.arrived()
			return list[len(list)-1].MO.DupFloor
		}
		require.Zero(t, floor())
		time.Sleep(time.Minute)
		cut := time.Now()
		_ = w.carrier.last().Close()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		require.Equal(t, cut.Add(-30*time.Second), floor())
		time.Sleep(5 * time.Minute)
		again := time.Now()
		_ = w.carrier.last().Close()
		time.Sleep(2 * time.Second)
		require.Equal(t, cut.Add(-30*time.Second), floor(), "the earlier of both")
		time.Sleep(5 * time.Minute)
		require.Equal(t, again.Add(-30*time.Second), floor())
		time.Sleep(5*time.Minute + time.Second)
		require.Zero(t, floor())
		list := w.sink.arrived()
		require.Less(t, list[0].MO.Session, list[1].MO.Session)
		require.Less(t, list[1].MO.Session, list[2].MO.Session)
	})
}

// S04: a process that follows another one knows when the other stored its
// last text, however long the carrier is away.
func TestS04DupFloorOfEarlierProcess(t *testing.T) {
	last := time.Date(1999, 12, 31, 23, 0, 0, 0, time.UTC) // bubbles begin in 2000
	c := &carrier{dialErr: errDown}
	start(t, c, Config{LastText: last}, func(t *testing.T, w *world) {
		time.Sleep(time.Hour)
		c.mu.Lock()
		c.dialErr = nil
		c.mu.Unlock()
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		<-c.deliver(t, mo("hello"))
		time.Sleep(11 * time.Minute)
		<-c.deliver(t, mo("hello"))
		require.Equal(t, last.Add(-30*time.Second), w.sink.arrived()[0].MO.DupFloor)
		require.Zero(t, w.sink.arrived()[1].MO.DupFloor)
	})
}

// S04: a text whose bind ended while it was being stored will come again.
func TestS04StoredTooLate(t *testing.T) {
	for _, rebound := range []bool{false, true} {
		run(t, Config{}, func(t *testing.T, w *world) {
			w.sink.hold = true
			at := time.Now()
			w.carrier.deliver(t, mo("hello"))
			time.Sleep(4 * time.Minute)
			require.NoError(t, unbindSoon(w.carrier.last()))
			if rebound {
				time.Sleep(10 * time.Second)
			}
			synctest.Wait()
			w.sink.release(nil)
			time.Sleep(10 * time.Second)
			w.carrier.deliver(t, mo("hello"))
			synctest.Wait()
			require.Equal(t, at, w.sink.arrived()[1].MO.DupFloor)
			require.EqualValues(t, 1, w.Stats().LostAcks)
			w.sink.release(nil)
		})
	}
}

// unbindSoon unbinds without waiting for what is in flight.
func unbindSoon(s *smpp.Session) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := s.Unbind(ctx); err == nil {
		return errDown
	}
	return nil
}

// S02: a peer that is gone without a word is noticed within two intervals, and
// acknowledgements of all that time may be lost.
func TestS02PeerGone(t *testing.T) {
	c := &carrier{}
	c.wrap = func(conn net.Conn) net.Conn { return &silentConn{Conn: conn} }
	start(t, c, Config{EnquireLink: 20 * time.Second}, func(t *testing.T, w *world) {
		synctest.Wait()
		require.NoError(t, w.Ready())
		silence := time.Now()
		c.mu.Lock()
		c.wrap = nil
		c.mu.Unlock()
		time.Sleep(45 * time.Second)
		synctest.Wait()
		require.NoError(t, w.Ready(), "bound again")
		require.EqualValues(t, 2, w.Stats().Binds)
		require.Equal(t, pdu.ESME_ROK, <-c.deliver(t, mo("hello")))
		require.False(t, w.sink.arrived()[0].MO.DupFloor.After(silence.Add(-30*time.Second)))
	})
}

// silentConn lets one write out, the bind's answer, and no more.
type silentConn struct {
	net.Conn
	writes int
}

func (c *silentConn) Write(b []byte) (int, error) {
	if c.writes++; c.writes > 1 {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// The end of Run: what is under way ends, what was begun is completed, what
// was not is handed back, texts stay with the carrier, and it is unbound from.
func TestS09Shutdown(t *testing.T) {
	run(t, Config{Window: 2}, func(t *testing.T, w *world) {
		var held []*smpp.Request
		w.carrier.script(func(_ int, r *smpp.Request) { held = append(held, r) })
		w.sink.hold = true
		stored := w.carrier.deliver(t, mo("being stored"))
		var out results
		out.send(w, mt(1, phone, strings.Repeat("long ", 50)))
		out.send(w, mt(2, phone, "behind it"))
		out.send(w, mt(3, phone+1, "under way"))
		out.send(w, mt(4, phone+2, "waits"))
		synctest.Wait()
		w.cancel()
		synctest.Wait()
		require.False(t, out.send(w, mt(5, phone, "too late")))
		require.ElementsMatch(t, []int64{2, 4}, ids(out.all(), booking.SendResult{NotSent: true}))
		require.Equal(t, pdu.ESME_RX_T_APPN, <-w.carrier.deliver(t, mo("too late")))
		require.Error(t, w.Ready())
		time.Sleep(3 * time.Second)
		_ = held[1].Respond(pdu.ESME_RTHROTTLED, nil)
		accept(0, held[0])
		time.Sleep(2 * time.Second) // throttled to one a second
		synctest.Wait()
		require.Len(t, held, 3, "the rest of the long text")
		accept(0, held[2])
		synctest.Wait()
		require.Empty(t, stored)
		w.sink.release(nil)
		require.Equal(t, pdu.ESME_ROK, <-stored)
		begun := time.Now()
		w.end(t)
		require.Less(t, time.Since(begun), time.Second)
		<-w.carrier.last().Done()
		require.ErrorIs(t, w.carrier.last().Err(), smpp.ErrUnbound)
		require.ElementsMatch(t, []int64{2, 3, 4}, ids(out.all(), booking.SendResult{NotSent: true}))
		require.Equal(t, []int64{1}, ids(out.all(), booking.SendResult{Verdict: booking.Done, MessageID: "id-0", Rest: []booking.Taken{{MessageID: "id-0"}}}))
		require.Zero(t, w.Stats().Queue)
		require.Len(t, w.sink.arrived(), 1)
	})
}

func ids(list []outcome, r booking.SendResult) (got []int64) {
	for _, o := range list {
		if reflect.DeepEqual(o.SendResult, r) {
			got = append(got, o.ID)
		}
	}
	return got
}

// A carrier that answers nothing holds the end up for ten seconds, and every
// text still gets one result.
func TestShutdownWithoutAnswers(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		var held []*smpp.Request
		w.carrier.script(func(_ int, r *smpp.Request) { held = append(held, r) })
		var out results
		out.send(w, mt(1, phone, strings.Repeat("long ", 50)))
		out.send(w, mt(2, phone+1, strings.Repeat("long ", 50)))
		synctest.Wait()
		accept(0, held[0])
		synctest.Wait()
		_ = held[2].Respond(pdu.ESME_RTHROTTLED, nil)
		synctest.Wait()
		w.carrier.script(func(_ int, r *smpp.Request) { _ = r.Respond(pdu.ESME_RTHROTTLED, nil) })
		begun := time.Now()
		w.end(t)
		require.Equal(t, 10*time.Second, time.Since(begun))
		require.ElementsMatch(t, []outcome{{ID: 2, After: 10 * time.Second}, {ID: 1, After: 10 * time.Second}}, out.all())
	})
}

// Without a bind the end is at once.
func TestShutdownUnbound(t *testing.T) {
	c := &carrier{dialErr: errDown}
	start(t, c, Config{}, func(t *testing.T, w *world) {
		var out results
		out.send(w, mt(1, phone, "waits"))
		time.Sleep(time.Minute)
		begun := time.Now()
		w.end(t)
		require.Zero(t, time.Since(begun))
		require.Equal(t, []int64{1}, ids(out.all(), booking.SendResult{NotSent: true}))
	})
}

// Kill is what a crash looks like: the connection drops and nobody hears
// anything any more.
func TestKill(t *testing.T) {
	for _, unbound := range []bool{false, true} {
		c := &carrier{}
		if unbound {
			c.dialErr = errDown
		}
		start(t, c, Config{}, func(t *testing.T, w *world) {
			synctest.Wait()
			w.carrier.script(func(int, *smpp.Request) {})
			w.sink.hold = true
			var out results
			out.send(w, mt(1, phone, "under way"))
			out.send(w, mt(2, phone, "waits"))
			var answer <-chan pdu.Status
			if !unbound {
				answer = w.carrier.deliver(t, mo("being stored"))
			}
			synctest.Wait()
			w.Kill()
			w.Kill()
			err := <-w.ended
			w.ended <- err
			require.ErrorIs(t, err, ErrKilled)
			w.sink.release(nil)
			require.ErrorIs(t, w.Ready(), ErrKilled)
			require.False(t, out.send(w, mt(3, phone, "too late")))
			require.Empty(t, out.all())
			if !unbound {
				<-w.carrier.last().Done()
				require.ErrorIs(t, w.carrier.last().Err(), smpp.ErrPeerClosed)
				_, answered := <-answer
				require.False(t, answered)
			}
		})
	}
	l := New(Config{}, &sink{}, nil)
	l.Kill()
	require.ErrorIs(t, l.Run(t.Context()), ErrKilled)
}

// generic_nack is an answer: it refuses, or asks for later, as its status says.
func TestGenericNack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		l := New(Config{Dial: func(context.Context) (net.Conn, error) { return ours, nil }, SystemID: "esme"}, &sink{}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		frames := pdu.NewReader(theirs)
		answer := func(id pdu.CommandID, status pdu.Status) {
			frame, err := frames.Next()
			require.NoError(t, err)
			p, err := pdu.Decode(frame)
			require.NoError(t, err)
			resp := pdu.NewResponse(p.Header, status)
			if id != 0 {
				resp.ID = id
			}
			raw, err := resp.AppendTo(nil)
			require.NoError(t, err)
			_, err = theirs.Write(raw)
			require.NoError(t, err)
		}
		answer(0, pdu.ESME_ROK)
		got := make(chan booking.SendResult, 3)
		l.Send(mt(1, phone, "refused"), func(r booking.SendResult) { got <- r })
		answer(pdu.GenericNack, pdu.ESME_RINVCMDLEN)
		require.Equal(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVCMDLEN)}, <-got)
		l.Send(mt(2, phone, "senseless"), func(r booking.SendResult) { got <- r })
		answer(pdu.GenericNack, pdu.ESME_ROK)
		require.Equal(t, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RUNKNOWNERR)}, <-got)
		l.Send(mt(3, phone, "later"), func(r booking.SendResult) { got <- r })
		answer(pdu.GenericNack, pdu.ESME_RTHROTTLED)
		answer(0, pdu.ESME_ROK)
		require.Equal(t, booking.Done, (<-got).Verdict)
		require.EqualValues(t, 3, l.Stats().Nacks)
		cancel()
		answer(0, pdu.ESME_ROK)
		require.NoError(t, <-ended)
	})
}

// Texts that come while the carrier's alphabet is Latin-1 are read as that.
func TestAlphabet(t *testing.T) {
	run(t, Config{Alphabet: coding.Latin1}, func(t *testing.T, w *world) {
		p := mo("")
		p.ShortMessage = []byte("\xe9t\xe9@")
		<-w.carrier.deliver(t, p)
		require.Equal(t, "été@", w.sink.arrived()[0].MO.Text)
		var out results
		out.send(w, mt(1, phone, "été@"))
		synctest.Wait()
		require.Equal(t, "\xe9t\xe9@", string(w.carrier.got[0].ShortMessage))
	})
}
