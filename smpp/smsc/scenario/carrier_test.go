package scenario

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// echo binds an ESME that answers each text with "got: text", again after every cut.
func echo(t *testing.T, s *smsc.SMSC) {
	t.Helper()
	var all sync.WaitGroup
	t.Cleanup(all.Wait) // the context of the test has ended by then
	all.Go(func() {
		for t.Context().Err() == nil {
			near, far := net.Pipe()
			all.Go(func() { s.ServeConn(t.Context(), far) })
			session, err := smpp.Bind(t.Context(), near, smpp.BindRequest{SystemID: "echo"}, smpp.Config{EnquireLink: -1, Handle: func(r *smpp.Request) {
				if r.Respond(pdu.ESME_ROK, nil) != nil {
					return // the SMSC sends it again
				}
				text, _ := coding.DecodeGSM7(r.PDU.ShortMessage, coding.Shift{}) // the tests write GSM 7-bit
				octets, _ := coding.EncodeGSM7("got: " + text)
				_ = r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ShortMessage: octets},
					func(*pdu.PDU, error) {}) // cut: the scenario sees that no answer came
			}})
			if err != nil {
				return
			}
			<-session.Done()
			select {
			case <-time.After(time.Second):
			case <-t.Context().Done():
			}
		}
	})
	require.NoError(t, s.WaitBound(t.Context(), 1))
}

func TestCarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smsc.New(smsc.Config{})
		echo(t, s)
		_, err := s.Inject("1001", "12345", "before", smsc.MOOptions{})
		require.NoError(t, err)
		_, err = s.Wait(t.Context(), "1001", 1)
		require.NoError(t, err)

		start := time.Now()
		require.NoError(t, Play(t.Context(), parsed(t, `# the faults of a carrier
@ 1001
> one
< got: one
> two
@ +1002
> other
< got: other
@ 1001
< got: two
! carrier drop
> three
< got: three
! carrier withhold on
> four
< got: four
! wait 6s
< none
`), NewCarrier(s, "12345"), nil))
		require.GreaterOrEqual(t, time.Since(start), 6*time.Second)
		require.Equal(t, smsc.Acked, s.Ledger().MOs[5].State)
	})
}

func TestCarrierSaysWhatItCannot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smsc.New(smsc.Config{})
		echo(t, s)
		c := NewCarrier(s, "12345")
		err := Play(t.Context(), parsed(t, "@ 1001\n> one\n< got: one\n! bank silent"), c, nil)
		require.ErrorIs(t, err, ErrUnsupported)
		require.ErrorContains(t, err, "book.txt:4: ! bank: control not supported here")
		require.Empty(t, s.Ledger().MOs, "nothing was played")
		for control, want := range map[string]string{"carrier explode": "no such carrier control", "wait": "wait takes a time", "wait 6": "not \"6\""} {
			require.ErrorContains(t, Play(t.Context(), parsed(t, "@ 1001\n! "+control), c, nil), want)
		}
		require.ErrorIs(t, c.Control(t.Context(), []string{"bank"}), ErrUnsupported)

		var did []string
		c.More = func(_ context.Context, args []string) error {
			if args[0] != "bank" && args[0] != "wait" {
				return ErrUnsupported
			}
			did = append(did, strings.Join(args, " "))
			return nil
		}
		require.NoError(t, Play(t.Context(), parsed(t, "@ 1001\n! bank silent\n! carrier heal\n! wait 100h"), c, nil))
		require.Equal(t, []string{"bank silent", "wait 100h"}, did)
		require.ErrorIs(t, Play(t.Context(), parsed(t, "@ 1001\n! crash"), c, nil), ErrUnsupported)
		c.Has = func(verb string) bool { return verb == "bank" }
		require.ErrorIs(t, Play(t.Context(), parsed(t, "@ 1001\n! bank silent\n! crash"), c, nil), ErrUnsupported)
		require.Len(t, did, 2)

		c.More = nil
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.True(t, errors.Is(c.Control(ctx, []string{"wait", "1h"}), context.DeadlineExceeded))
		require.ErrorIs(t, c.Text("", "x"), smsc.ErrAddress)
	})
}
