package pdu

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dump writes a PDU as testdata/pdus.txt does.
func dump(p *PDU) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v status=%d sequence=%d", p.ID, p.Status, p.Sequence)
	if p.NoBody {
		b.WriteString("\n  no body")
	}
	for name, v := range p.Fields() {
		fmt.Fprintf(&b, "\n  %s =", name)
		switch v := v.(type) {
		case string:
			fmt.Fprintf(&b, " %q", v)
		case uint8:
			fmt.Fprintf(&b, " %d", v)
		case []byte:
			b.WriteString(" " + hexOrDash(v))
		case []Destination:
			for _, d := range v {
				if d.Flag == DestList {
					fmt.Fprintf(&b, " [list %q]", d.List)
				} else {
					fmt.Fprintf(&b, " [sme %d %d %q]", d.TON, d.NPI, d.Addr)
				}
			}
		case []Unsuccess:
			for _, u := range v {
				fmt.Fprintf(&b, " [%d %d %q %d]", u.TON, u.NPI, u.Addr, uint32(u.Status))
			}
		}
	}
	for _, t := range p.TLVs {
		fmt.Fprintf(&b, "\n  tlv 0x%04x = %s", uint16(t.Tag), hexOrDash(t.Value))
	}
	return b.String()
}

func hexOrDash(b []byte) string {
	if len(b) == 0 {
		return "-"
	}
	return hex.EncodeToString(b)
}

// ownVector is one block of testdata/pdus.txt.
type ownVector struct {
	raw  []byte
	want string
}

func ownVectors(t testing.TB) []ownVector {
	t.Helper()
	text, err := os.ReadFile("testdata/pdus.txt")
	require.NoError(t, err)
	var list []ownVector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		var lines []string
		for line := range strings.Lines(block) {
			if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' {
				lines = append(lines, line)
			}
		}
		if len(lines) == 0 {
			continue
		}
		raw, err := hex.DecodeString(lines[1])
		require.NoError(t, err)
		list = append(list, ownVector{raw, strings.Join(append(lines[:1], lines[2:]...), "\n")})
	}
	require.NotEmpty(t, list)
	return list
}

func TestOwnVectors(t *testing.T) {
	seen := map[CommandID]bool{}
	for _, v := range ownVectors(t) {
		p, err := Decode(v.raw)
		require.NoError(t, err, v.want)
		require.Equal(t, v.want, dump(p))
		require.EqualValues(t, len(v.raw), p.Length)
		again, err := p.AppendTo([]byte("before"))
		require.NoError(t, err, v.want)
		require.Equal(t, append([]byte("before"), v.raw...), again, v.want)
		seen[p.ID] = true
	}
	for n := range CommandID(0x200) {
		for _, id := range []CommandID{n, n.Response()} {
			require.Equal(t, id.Known(), seen[id], "%v has no vector", id)
		}
	}
}

// Every prefix of a body, under its own length, is either read or refused with the header kept; it never panics.
func TestEveryTruncation(t *testing.T) {
	for _, v := range ownVectors(t) {
		for n := range len(v.raw) {
			frame := append([]byte(nil), v.raw[:n]...)
			_, err := Decode(frame)
			var broken *FrameError
			require.ErrorAs(t, err, &broken, "octets are missing")
			if n < HeaderLength {
				continue
			}
			frame[0], frame[1], frame[2], frame[3] = 0, 0, byte(n>>8), byte(n)
			p, err := Decode(frame)
			var wrong *BodyError
			if err != nil {
				require.ErrorAs(t, err, &wrong)
				require.NotEqual(t, ESME_ROK, wrong.Status)
				require.Equal(t, p.Header, wrong.Header)
			}
			require.EqualValues(t, v.raw[7], uint8(p.ID))
		}
	}
}

func TestDecodeKeepsNothingOfTheFrame(t *testing.T) {
	for _, v := range ownVectors(t) {
		frame := append([]byte(nil), v.raw...)
		p, err := Decode(frame)
		require.NoError(t, err)
		clear(frame)
		require.Equal(t, v.want, dump(p))
		p.ShortMessage = append(p.ShortMessage, 0xAA)
		for i := range p.TLVs {
			before := dump(p)
			_ = append(p.TLVs[i].Value, 0xAA)
			require.Equal(t, before, dump(p), "values must not share room to grow")
		}
	}
}

func TestUnmarshalReplacesEverything(t *testing.T) {
	var p PDU
	for _, v := range ownVectors(t) {
		require.NoError(t, p.Unmarshal(v.raw))
		require.Equal(t, v.want, dump(&p))
	}
}

func TestStringHidesSecretsAndText(t *testing.T) {
	p := PDU{Header: Header{ID: BindTransceiver, Sequence: 1}, SystemID: "gateway", Password: "hunter2"}
	for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
		require.NotContains(t, fmt.Sprintf(verb, p), "hunter2")
		require.NotContains(t, fmt.Sprintf(verb, &p), "hunter2")
		require.Contains(t, fmt.Sprintf(verb, &p), `system_id="gateway"`)
	}
	m := PDU{Header: Header{ID: SubmitSM, Status: 0x58, Sequence: 7}, ShortMessage: []byte("code 1234"),
		TLVs: []TLV{CStringTLV(TagMessagePayload, "code 1234"), Uint8TLV(0x1400, 9)}}
	require.Equal(t, "submit_sm seq=7 status=ESME_RTHROTTLED (0x58) short_message=9 octets message_payload=10 octets tlv 0x1400=1 octets",
		m.String())
	multi := PDU{Header: Header{ID: SubmitMulti}, Dests: make([]Destination, 2)}
	require.Contains(t, multi.String(), "dests=2")
	resp := PDU{Header: Header{ID: SubmitMultiResp}, Unsuccess: make([]Unsuccess, 3)}
	require.Contains(t, resp.String(), "unsuccess=3")
	for name := range multi.Fields() {
		require.Equal(t, "service_type", name)
		break
	}
}
