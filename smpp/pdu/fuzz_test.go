package pdu

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

// checkFrame holds what must be true of any octets: no panic; a refusal keeps the header and has a status; what was read and can be written
// reads the same again.
func checkFrame(t *testing.T, frame []byte) {
	p, err := Decode(frame)
	var wrong *BodyError
	var broken *FrameError
	switch {
	case errors.As(err, &broken):
		if p != nil {
			t.Fatal("a PDU beside a frame error")
		}
		return
	case errors.As(err, &wrong):
		if wrong.Status == ESME_ROK || wrong.Header != p.Header || p.Sequence != binary.BigEndian.Uint32(frame[12:]) {
			t.Fatalf("%+v of %v", wrong, p)
		}
		if !wrong.Usable {
			return
		}
	case err != nil:
		t.Fatalf("untyped error %v", err)
	}
	out, err := p.AppendTo(nil)
	if err != nil {
		return // over-long: read, not written
	}
	if n := p.Length; wrong == nil && !bytes.Equal(out, frame[:n]) {
		t.Fatalf("%v\nread    %x\nwritten %x", p, frame[:n], out)
	}
	again, err := Decode(out)
	if err != nil || dump(again) != dump(p) {
		t.Fatalf("%v\n%s\n%s", err, dump(p), dump(again))
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range ownVectors(f) {
		f.Add(v.raw)
	}
	f.Add(frame(SubmitSM, sm+"\x02hi\x00"))
	f.Fuzz(checkFrame)
}

// FuzzTLVs puts any octets behind the mandatory fields of a deliver_sm.
func FuzzTLVs(f *testing.F) {
	f.Add([]byte("\x02\x04\x00\x02\x00\x01\x02\x04\x00\x00"))
	f.Add([]byte("\x04\x24\xff\xff"))
	f.Fuzz(func(t *testing.T, tlvs []byte) {
		b := frame(DeliverSM, sm+"\x00"+string(tlvs))
		checkFrame(t, b)
		if p, err := Decode(b); err == nil {
			n := 0
			for _, o := range p.TLVs {
				n += 4 + len(o.Value)
			}
			if n != len(tlvs) {
				t.Fatalf("%d octets of %d kept", n, len(tlvs))
			}
		}
	})
}

// FuzzReader cuts any stream in any chunks: the frames are those of the stream cut in one go.
func FuzzReader(f *testing.F) {
	link := frame(EnquireLink, "")
	f.Add(append(link, link...), uint8(7))
	f.Add([]byte{0, 0, 0, 15}, uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, chunk uint8) {
		r := NewReader(&chunks{stream, int(chunk) + 1})
		for at := 0; ; {
			got, err := r.Next()
			rest := stream[at:]
			if err != nil {
				var broken *FrameError
				whole := len(rest) == 0 && err == io.EOF
				part := len(rest) > 0 && err == io.ErrUnexpectedEOF
				if !whole && !part && !errors.As(err, &broken) {
					t.Fatalf("%v with %d octets left", err, len(rest))
				}
				return
			}
			if !bytes.HasPrefix(rest, got) || len(got) < HeaderLength || int(binary.BigEndian.Uint32(got)) != len(got) {
				t.Fatalf("frame %x of %x", got, rest)
			}
			at += len(got)
		}
	})
}

type chunks struct {
	b []byte
	n int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.b)
	c.b = c.b[n:]
	return n, nil
}

// FuzzPlainSM holds the short way through a deliver_sm against the table: where it goes through, both read the same.
func FuzzPlainSM(f *testing.F) {
	f.Add([]byte(sm + "\x02hi"))
	f.Add([]byte(sm + "\x02hi\x02\x04\x00\x02\x00\x01"))
	f.Add([]byte("WAP\x00\x01\x018613800138000\x00\x05\x00Shop\x00\x40\x00\x00\x00\x00\x01\x00\x08\x00\x03a\x00b"))
	f.Add([]byte("\x00\x01\x01\x00\x05\x00\x00\x40\x00\x00000000001000000R\x00\x00\x01\x00\x08\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		h := Header{ID: DeliverSM}
		short, table := PDU{Header: h}, PDU{Header: h}
		a, b := decoder{p: &short, b: body}, decoder{p: &table, b: body}
		went := a.plainSM()
		err := b.walk(layoutOf(DeliverSM))
		plain := err == nil && table.ScheduleDeliveryTime == "" && table.ValidityPeriod == ""
		if went != plain || went && (a.off != b.off || dump(&short) != dump(&table)) {
			t.Fatalf("short way: %v, table: %v\n%s\n%s", went, err, dump(&short), dump(&table))
		}
	})
}
