package smpp

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// TestPoison: what cannot be read is shown to the owner once, and refused, and
// the bind lives.
func TestPoisonS13(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		var seen [][]byte
		var bad []error
		smsc := Accept(theirs, Config{EnquireLink: -1}, func(*pdu.PDU) pdu.Status { return pdu.ESME_ROK })
		esme, err := Bind(t.Context(), ours, BindRequest{SystemID: "esme"}, Config{EnquireLink: -1, Handle: func(r *Request) { _ = r.Respond(pdu.ESME_ROK, nil) },
			Poison: func(frame []byte, err error) {
				seen, bad = append(seen, append([]byte(nil), frame...)), append(bad, err)
			}})
		require.NoError(t, err)
		unknown := []byte{0, 0, 0, 16, 0, 0, 0x0F, 0xFF, 0, 0, 0, 0, 0, 0, 0, 77}
		broken := []byte{0, 0, 0, 18, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 78, 'x', 'y'}
		for _, frame := range [][]byte{unknown, broken} {
			_, err = theirs.Write(frame)
			require.NoError(t, err)
		}
		resp, err := smsc.Submit(t.Context(), &pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}})
		require.NoError(t, err)
		require.Equal(t, pdu.ESME_ROK, resp.Status)
		synctest.Wait()
		require.Equal(t, [][]byte{unknown, broken}, seen)
		for _, err := range bad {
			var wrong *pdu.BodyError
			require.True(t, errors.As(err, &wrong))
		}
		require.NoError(t, esme.Unbind(t.Context()))
	})
}
