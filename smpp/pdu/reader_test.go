package pdu

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestReaderCutsAnyChunking(t *testing.T) {
	var stream []byte
	var want [][]byte
	for _, v := range ownVectors(t) {
		want = append(want, v.raw)
		stream = append(stream, v.raw...)
	}
	big, err := (&PDU{Header: Header{ID: DataSM}, TLVs: []TLV{{TagMessagePayload, make([]byte, 65535)}}}).AppendTo(nil)
	require.NoError(t, err)
	want = append(want, big, want[0])
	stream = append(append(stream, big...), want[0]...)
	for name, src := range map[string]io.Reader{
		"whole": bytes.NewReader(stream), "octets": iotest.OneByteReader(bytes.NewReader(stream)),
		"halves": iotest.HalfReader(bytes.NewReader(stream)), "data with error": iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		r := NewReader(src)
		for i, w := range want {
			got, err := r.Next()
			require.NoError(t, err, name)
			require.Equal(t, w, got, name)
			require.EqualValues(t, i+1, r.Count())
		}
		require.False(t, r.Begun())
		_, err := r.Next()
		require.Equal(t, io.EOF, err, name)
		require.LessOrEqual(t, len(r.buf), MaxLength, name)
	}
}

func TestReaderReadyAndBegun(t *testing.T) {
	link := frame(EnquireLink, "")
	r := NewReader(bytes.NewReader(append(append(append([]byte{}, link...), link...), link[:9]...)))
	require.False(t, r.Ready())
	_, err := r.Next()
	require.NoError(t, err)
	require.True(t, r.Ready())
	_, err = r.Next()
	require.NoError(t, err)
	require.False(t, r.Ready())
	require.True(t, r.Begun())
	_, err = r.Next()
	require.Equal(t, io.ErrUnexpectedEOF, err)
}

func TestS12ReaderRefusesBeforeItMakesRoom(t *testing.T) {
	for _, n := range []uint32{0, 15, MaxLength + 1, 0x7fffffff, 0xffffffff} {
		head := binary.BigEndian.AppendUint32(nil, n)
		r := NewReader(iotest.OneByteReader(io.MultiReader(bytes.NewReader(head), neverReader{t})))
		_, err := r.Next()
		var broken *FrameError
		require.ErrorAs(t, err, &broken)
		require.Equal(t, n, broken.Length)
		require.Len(t, r.buf, readSize)
		require.True(t, r.Ready(), "the error comes again without reading")
	}
}

// neverReader fails the test when it is read: four octets are enough to refuse.
type neverReader struct{ t *testing.T }

func (r neverReader) Read([]byte) (int, error) {
	r.t.Error("read beyond command_length")
	return 0, io.EOF
}

func TestReaderReturnsErrorsOfItsSource(t *testing.T) {
	boom := errors.New("boom")
	_, err := NewReader(iotest.ErrReader(boom)).Next()
	require.Equal(t, boom, err)
	_, err = NewReader(emptyReader{}).Next()
	require.Equal(t, io.ErrNoProgress, err)
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }
