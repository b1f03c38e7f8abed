package smpp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// boundESME returns a bound session over a pipe and the raw other end, from inside a bubble.
func boundESME(t *testing.T, cfg Config) (*Session, net.Conn, *pdu.Reader) {
	ours, theirs := net.Pipe()
	r := pdu.NewReader(theirs)
	go func() {
		frame, err := r.Next()
		if err == nil {
			reply(t, theirs, frame, pdu.ESME_ROK)
		}
	}()
	s, err := Bind(t.Context(), ours, BindRequest{SystemID: "esme", Password: "pw"}, cfg)
	require.NoError(t, err)
	require.Equal(t, BoundTRX, s.State())
	<-s.Bound()
	return s, theirs, r
}

func reply(t testing.TB, conn net.Conn, frame []byte, status pdu.Status) {
	p, err := pdu.Decode(frame)
	require.NoError(t, err)
	raw, err := pdu.NewResponse(p.Header, status).AppendTo(nil)
	require.NoError(t, err)
	_, _ = conn.Write(raw)
}

// A peer that answers right, twice, late, wrongly or not at all, and an application that sends in every way: 10,000 operations. Every request has one
// outcome, every slot comes back, and the invariant of the window holds in between.
func TestS06RandomOperations(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) { randomOperations(t, rand.New(rand.NewPCG(seed, 6))) })
	}
}

func randomOperations(t *testing.T, r *rand.Rand) {
	s, peer, frames := boundESME(t, Config{Window: 8, Response: 20 * time.Second, FirstSequence: 0x7FFFFFF0, EnquireLink: -1})
	var mu sync.Mutex
	var seen [][]byte // requests the peer got
	go func() {
		for {
			f, err := frames.Next()
			if err != nil {
				return
			}
			mu.Lock()
			seen = append(seen, append([]byte(nil), f...))
			mu.Unlock()
		}
	}()
	accepted, outcomes := 0, map[int]int{}
	done := func(id int) callback {
		return func(resp *pdu.PDU, err error) {
			mu.Lock()
			defer mu.Unlock()
			outcomes[id]++
			if (resp == nil) == (err == nil) || (err != nil && !errors.Is(err, ErrUnknownOutcome) && !errors.Is(err, ErrNotSent)) {
				t.Errorf("outcome %v, %v", resp, err)
			}
		}
	}
	for op := range 10000 {
		switch n := r.IntN(10); {
		case n < 4:
			if s.TrySend(sampleSM(pdu.SubmitSM), done(op)) == nil {
				accepted++
			}
		case n < 5:
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(op%7)*time.Second)
				defer cancel()
				if s.Send(ctx, sampleSM(pdu.SubmitSM), done(op)) == nil {
					mu.Lock()
					accepted++
					mu.Unlock()
				}
			}()
		case n < 9:
			mu.Lock()
			var f []byte
			if len(seen) > 0 {
				f = seen[r.IntN(len(seen))] // often one that was answered before
				if len(seen) > 50 {
					seen = seen[25:]
				}
			}
			mu.Unlock()
			if f != nil {
				f = append([]byte(nil), f...)
				if r.IntN(10) == 0 {
					f[7] = byte(pdu.EnquireLink) // wrong type
					f = f[:16]
					f[2], f[3] = 0, 16
				}
				reply(t, peer, f, pdu.Status(r.IntN(2)*int(pdu.ESME_RTHROTTLED)))
			}
		default:
			time.Sleep(time.Duration(r.IntN(6000)) * time.Millisecond)
		}
		synctest.Wait()
		s.mu.Lock()
		checkWindow(t, s.win)
		if len(s.win.waiters) > 0 && s.win.used < s.win.size {
			t.Error("a slot is free and a Send waits")
		}
		s.mu.Unlock()
	}
	st := s.Stats()
	require.Positive(t, st.TimedOut)
	require.Positive(t, st.Late)
	require.Positive(t, st.WrongType)
	require.NoError(t, peer.Close())
	<-s.Done()
	synctest.Wait()
	st = s.Stats()
	require.Equal(t, st.Sent, st.Answered+st.TimedOut+st.LostUnknown+st.LostNotSent)
	require.EqualValues(t, accepted, st.Sent)
	require.Len(t, outcomes, accepted)
	for id, n := range outcomes {
		require.Equal(t, 1, n, "operation %d", id)
	}
	require.Zero(t, st.WindowUsed)
}

// A peer that stops reading: what it has not taken is not sent, what it has taken in part is unknown.
func TestS03SlowPeerAndWhatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer, _ := boundESME(t, Config{WriteTimeout: 3 * time.Second})
		outcomes := make([]error, 5)
		raw, err := sampleSM(pdu.SubmitSM).AppendTo(nil)
		require.NoError(t, err)
		for i := range outcomes {
			require.NoError(t, s.TrySend(sampleSM(pdu.SubmitSM), func(_ *pdu.PDU, err error) { outcomes[i] = err }))
		}
		_, err = peer.Read(make([]byte, 2*len(raw)+1)) // one is on its way alone or all are; take what is there
		require.NoError(t, err)
		synctest.Wait()
		<-s.Done()
		require.ErrorIs(t, s.Err(), ErrSlowPeer)
		taken := int(s.Stats().OctetsOut) - bindLength(t)
		for i, err := range outcomes {
			want := ErrUnknownOutcome
			if i*len(raw) >= taken {
				want = ErrNotSent
			}
			require.ErrorIs(t, err, want, "request %d, %d octets taken", i, taken)
			var e *SendError
			require.ErrorAs(t, err, &e)
			require.EqualValues(t, i+2, e.Sequence)
			require.ErrorIs(t, err, ErrSlowPeer)
		}
		require.ErrorIs(t, outcomes[4], ErrNotSent)
	})
}

func bindLength(t *testing.T) int {
	raw, err := (&pdu.PDU{Header: pdu.Header{ID: pdu.BindTransceiver}, SystemID: "esme", Password: "pw"}).AppendTo(nil)
	require.NoError(t, err)
	return len(raw)
}

// A peer that asks and never reads the answers cannot fill our memory: the reader stops, and the write deadline ends it.
func TestS03AnswersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer, _ := boundESME(t, Config{})
		ask, err := (&pdu.PDU{Header: pdu.Header{ID: pdu.EnquireLink, Sequence: 1}}).AppendTo(nil)
		require.NoError(t, err)
		sent := 0
		for {
			if _, err := peer.Write(ask); err != nil {
				break
			}
			sent += len(ask)
		}
		<-s.Done()
		require.ErrorIs(t, s.Err(), ErrSlowPeer)
		require.Less(t, sent, maxControl+100<<10)
	})
}

func TestRespondOnceFromAnywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got *Request
		s, peer, frames := boundESME(t, Config{Handle: func(r *Request) { got = r }})
		raw, err := (&pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM, Sequence: 9}}).AppendTo(nil)
		require.NoError(t, err)
		_, err = peer.Write(raw)
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, s, got.Session())
		var wrong *pdu.FieldError
		require.ErrorAs(t, got.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "nul\x00"}), &wrong)
		require.Equal(t, 1, s.Stats().InboundUnanswered)
		var wg sync.WaitGroup
		results := make(chan error, 20)
		for range 20 {
			wg.Go(func() {
				results <- got.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "m", TLVs: []pdu.TLV{pdu.Uint8TLV(pdu.TagDpfResult, 1)}})
			})
		}
		frame, err := frames.Next()
		require.NoError(t, err)
		p, err := pdu.Decode(frame)
		require.NoError(t, err)
		require.Equal(t, pdu.Header{Length: p.Length, ID: pdu.DeliverSMResp, Sequence: 9}, p.Header)
		require.Len(t, p.TLVs, 1)
		wg.Wait()
		close(results)
		ok := 0
		for err := range results {
			if err == nil {
				ok++
			} else {
				require.ErrorIs(t, err, ErrAnswered)
			}
		}
		require.Equal(t, 1, ok)
		_, err = peer.Write(raw)
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, s.Close())
		require.ErrorIs(t, got.Respond(pdu.ESME_ROK, nil), ErrClosed)
		<-s.Done()
		require.NoError(t, s.Close())
		require.Equal(t, ErrClosed, s.Err())
		alert := &Request{PDU: &pdu.PDU{Header: pdu.Header{ID: pdu.AlertNotification}}, session: s}
		require.ErrorIs(t, alert.Respond(pdu.ESME_ROK, nil), ErrNoResponse)
	})
}

func TestSubmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var late []uint32
		s, peer, frames := boundESME(t, Config{Window: 1, Late: func(p *pdu.PDU) { late = append(late, p.Sequence) }})
		defer s.Close()
		go func() {
			for i := 0; ; i++ {
				f, err := frames.Next()
				if err != nil {
					return
				}
				if i == 1 {
					time.Sleep(2 * time.Second)
				}
				reply(t, peer, f, pdu.ESME_RMSGQFUL)
			}
		}()
		resp, err := s.Submit(t.Context(), sampleSM(pdu.SubmitSM))
		require.NoError(t, err)
		require.ErrorIs(t, resp.Status.Err(), pdu.ESME_RMSGQFUL)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p := sampleSM(pdu.SubmitSM)
		_, err = s.Submit(ctx, p)
		require.ErrorIs(t, err, ErrUnknownOutcome)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = s.Submit(ctx, sampleSM(pdu.SubmitSM))
		require.ErrorIs(t, err, ErrNotSent)
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err = s.Submit(short, sampleSM(pdu.SubmitSM))
		require.ErrorIs(t, err, ErrNotSent, "the slot is still taken")
		resp, err = s.Submit(t.Context(), sampleSM(pdu.SubmitSM))
		require.NoError(t, err)
		require.Equal(t, pdu.SubmitSMResp, resp.ID)
		require.Equal(t, []uint32{p.Sequence}, late)
		require.Equal(t, 0, s.Stats().WindowUsed)
	})
}

func TestSendersLeaveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer, frames := boundESME(t, Config{Window: 2})
		defer s.Close()
		for i := range 20 {
			go func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				p := sampleSM(pdu.SubmitSM)
				p.ShortMessage = fmt.Appendf(nil, "%02d", i)
				if err := s.Send(t.Context(), p, func(*pdu.PDU, error) {}); err != nil {
					t.Error(err)
				}
			}()
		}
		time.Sleep(time.Second)
		for i := range 20 {
			f, err := frames.Next()
			require.NoError(t, err)
			p, err := pdu.Decode(f)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("%02d", i), string(p.ShortMessage))
			reply(t, peer, f, pdu.ESME_ROK)
		}
	})
}
