package pdu

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector is one PDU of another project's tests or of an issue thread.
type vector struct {
	Name   string
	Hex    string
	Expect struct {
		Length   uint32 `json:"command_length"`
		Command  string
		Status   uint32
		Sequence uint32
		Fields   map[string]any
		TLVs     [][2]string
	}
	Malformed bool
	Note      string
}

// notWritable are well formed for a tolerant reader and beyond the specification, so that our strict writer refuses them.
var notWritable = map[string]string{
	"cloudhopper-smpp:decodeSubmitSmWith255ByteShortMessage": "short_message", // 255 octets, §5.2.22 allows 254
	"gosmpp:Outbind#0": "password", // 9 characters, §5.2.2 allows 8 and the NUL
}

func TestS13ForeignVectors(t *testing.T) {
	dir := os.Getenv("SHORTFARE_VECTORS")
	if dir == "" {
		t.Skip("SHORTFARE_VECTORS does not name a folder with smpp/pdus.json")
	}
	text, err := os.ReadFile(filepath.Join(dir, "smpp", "pdus.json"))
	require.NoError(t, err)
	var all []vector
	require.NoError(t, json.Unmarshal(text, &all))
	good, bad, refused := 0, 0, 0
	for _, v := range all {
		raw, err := hex.DecodeString(v.Hex)
		require.NoError(t, err, v.Name)
		p, err := Decode(raw)
		if v.Malformed {
			require.Error(t, err, v.Name)
			bad++
			continue
		}
		good++
		require.NoError(t, err, v.Name)
		v.check(t, p)
		out, err := p.AppendTo(nil)
		if field, no := notWritable[v.Name]; no {
			var wrong *FieldError
			require.ErrorAs(t, err, &wrong, v.Name)
			require.Equal(t, field, wrong.Field, v.Name)
			refused++
			continue
		}
		require.NoError(t, err, v.Name)
		// Entries whose note says that octets of a next PDU follow are compared up to command_length.
		require.Equal(t, v.Hex[:2*v.Expect.Length], hex.EncodeToString(out), v.Name)
	}
	require.Positive(t, good)
	require.Positive(t, bad)
	require.Equal(t, len(notWritable), refused)
	t.Logf("%d well formed (%d not writable), %d malformed", good, refused, bad)
}

// check compares p with everything the vector says of it.
func (v *vector) check(t *testing.T, p *PDU) {
	t.Helper()
	x := v.Expect
	require.Equal(t, x.Command, p.ID.String(), v.Name)
	require.Equal(t, x.Length, p.Length, v.Name)
	require.Equal(t, x.Status, uint32(p.Status), v.Name)
	require.Equal(t, x.Sequence, p.Sequence, v.Name)
	got := map[string]any{}
	for name, val := range p.Fields() {
		switch val := val.(type) {
		case string:
			got[name] = val
		case uint8:
			got[name] = float64(val)
		case []byte:
			got["sm_length"], got["short_message_hex"] = float64(len(val)), hex.EncodeToString(val)
		case []Destination:
			list := []any{}
			for _, d := range val {
				if d.Flag == DestList {
					list = append(list, []any{2.0, d.List})
				} else {
					list = append(list, []any{float64(d.Flag), float64(d.TON), float64(d.NPI), d.Addr})
				}
			}
			got["number_of_dests"], got["dest"] = float64(len(val)), list
		case []Unsuccess:
			list := []any{}
			for _, u := range val {
				list = append(list, []any{float64(u.TON), float64(u.NPI), u.Addr, float64(u.Status)})
			}
			got["no_unsuccess"], got["unsuccess"] = float64(len(val)), list
		}
	}
	delete(x.Fields, "udh_hex") // short_message split once more: package coding
	delete(x.Fields, "text_hex")
	require.Equal(t, x.Fields, got, v.Name)
	tlvs := [][2]string{}
	for _, o := range p.TLVs {
		tlvs = append(tlvs, [2]string{"0x" + hex.EncodeToString([]byte{byte(o.Tag >> 8), byte(o.Tag)}), hex.EncodeToString(o.Value)})
	}
	require.Equal(t, x.TLVs, tlvs, v.Name)
}
