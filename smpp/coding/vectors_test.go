package coding_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

// vector is one entry of smpp/text.json; which fields it has depends on its key.
type vector struct {
	Text      *string
	Hex       string
	BinaryHex string `json:"binary_hex"`
	Septets   int
	Units     int
	Malformed bool
	Lang      string
	Coding    string
	Ref       *uint16
	RefBits   int `json:"ref_bits"`
	Parts     []string
	Note      string
	Expect    struct {
		IEs    [][2]string
		Concat *struct {
			Ref              uint16
			Total, Seq, Bits uint8
		}
		Rest *string
	}
}

// loadVectors reads a file of the folder that SHORTFARE_VECTORS names.
func loadVectors(t *testing.T, name string, into any) {
	t.Helper()
	folder := os.Getenv("SHORTFARE_VECTORS")
	if folder == "" {
		t.Skip("SHORTFARE_VECTORS does not name the folder of shared test data; the tables of the other tests stand in")
	}
	data, err := os.ReadFile(filepath.Join(folder, "smpp", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

func TestVectorsText(t *testing.T) {
	var all map[string][]vector
	loadVectors(t, "text.json", &all)
	checks := map[string]func(*testing.T, vector){
		"gsm7_unpacked": checkUnpacked, "gsm7_packed": checkPacked, "ucs2": checkUCS2, "latin1": checkLatin1,
		"udh": checkUDH, "split": checkSplit, "shift_tables": checkShift, "not_gsm7": checkNotGSM7,
	}
	require.Len(t, all, len(checks))
	for key, vectors := range all {
		require.NotEmpty(t, vectors, key)
		require.Contains(t, checks, key)
		t.Run(key, func(t *testing.T) {
			for _, v := range vectors {
				checks[key](t, v)
			}
		})
	}
}

func checkUnpacked(t *testing.T, v vector) {
	octets := unhex(t, v.Hex)
	if v.Malformed {
		text, err := coding.DecodeGSM7(octets, coding.Shift{})
		require.ErrorIs(t, err, coding.ErrMalformed, v.Hex)
		require.NotEmpty(t, text)
		return
	}
	encoded, err := coding.EncodeGSM7(*v.Text)
	require.NoError(t, err)
	require.Equal(t, v.Hex, hex.EncodeToString(encoded))
	e, units, _ := coding.Units(*v.Text)
	require.Equal(t, coding.GSM7, e)
	require.Equal(t, v.Septets, units)
	decoded, err := coding.DecodeGSM7(octets, coding.Shift{})
	require.NoError(t, err)
	require.Equal(t, *v.Text, decoded)
}

func checkPacked(t *testing.T, v vector) {
	encoded, err := coding.EncodeGSM7Packed(*v.Text)
	require.NoError(t, err)
	require.Equal(t, v.Hex, hex.EncodeToString(encoded), *v.Text)
	decoded, err := coding.DecodeGSM7Packed(unhex(t, v.Hex), coding.Shift{})
	require.NoError(t, err)
	require.Equal(t, *v.Text, decoded)
}

func checkUCS2(t *testing.T, v vector) {
	decoded, err := coding.DecodeUCS2(unhex(t, v.Hex))
	switch {
	case v.Hex == "feff0061": // a byte-order mark is tolerated
		require.NoError(t, err)
		require.Equal(t, "a", decoded)
	case v.Malformed:
		require.ErrorIs(t, err, coding.ErrMalformed, v.Hex)
		require.Contains(t, decoded, "\ufffd")
		require.Contains(t, decoded, "a")
	default:
		require.NoError(t, err)
		require.Equal(t, *v.Text, decoded)
		require.Equal(t, v.Hex, hex.EncodeToString(coding.EncodeUCS2(*v.Text)))
		require.Len(t, coding.EncodeUCS2(*v.Text), 2*v.Units)
	}
}

func checkLatin1(t *testing.T, v vector) {
	if v.Text == nil {
		require.Equal(t, "\u0080", coding.DecodeLatin1(unhex(t, v.Hex)))
		return
	}
	require.Equal(t, *v.Text, coding.DecodeLatin1(unhex(t, v.Hex)))
	encoded, err := coding.EncodeLatin1(*v.Text)
	require.NoError(t, err)
	require.Equal(t, v.Hex, hex.EncodeToString(encoded))
}

func checkUDH(t *testing.T, v vector) {
	header, rest, err := coding.ParseUDH(unhex(t, v.Hex))
	concat, ok := header.Concat()
	require.Equal(t, v.Expect.Concat != nil, ok, v.Hex)
	if v.Malformed {
		require.False(t, ok, v.Hex)
	} else {
		require.NoError(t, err, v.Hex)
	}
	if v.Expect.IEs != nil {
		var got [][2]string
		for _, e := range header {
			got = append(got, [2]string{"0x" + hex.EncodeToString([]byte{e.ID}), hex.EncodeToString(e.Data)})
		}
		require.Equal(t, v.Expect.IEs, got, v.Hex)
	}
	if want := v.Expect.Concat; want != nil {
		require.Equal(t, coding.Concat{Reference: want.Ref, Total: want.Total, Seq: want.Seq, Bits: want.Bits}, concat)
	}
	if v.Expect.Rest != nil {
		require.Equal(t, *v.Expect.Rest, string(rest), v.Hex)
	}
}

func checkSplit(t *testing.T, v vector) {
	require.NotEmpty(t, v.Parts)
	opts := coding.SplitOptions{Encoding: coding.GSM7, Wide: v.RefBits == 16}
	if v.Coding == "ucs2" {
		opts.Encoding = coding.UCS2
	}
	if v.Coding == "8-bit data" { // what Latin-1 text looks like to the network
		text := coding.DecodeLatin1(unhex(t, v.BinaryHex))
		v.Text, opts.Encoding = &text, coding.Latin1
	}
	// "latin1 bytes" are ASCII in 153 octets per part: GSM 7-bit as SMPP carries it.
	if v.Ref != nil {
		opts.Reference = *v.Ref
	}
	parts, err := coding.Split(*v.Text, opts)
	require.NoError(t, err)
	var got []string
	for _, p := range parts {
		got = append(got, hex.EncodeToString(p.ShortMessage))
	}
	require.Equal(t, v.Parts, got, v.Note)
}

func checkShift(t *testing.T, v vector) {
	shift := coding.Shift{Single: map[string]byte{"tr": coding.Turkish, "es": coding.Spanish, "pt": coding.Portuguese}[v.Lang]}
	require.NotZero(t, shift.Single)
	text, err := coding.DecodeGSM7(unhex(t, v.Hex), shift)
	require.NoError(t, err)
	require.Equal(t, *v.Text, text)
}

func checkNotGSM7(t *testing.T, v vector) {
	_, err := coding.EncodeGSM7(*v.Text)
	require.ErrorIs(t, err, coding.ErrNotRepresentable, *v.Text)
}

func TestVectorsReceipts(t *testing.T) {
	var all []struct {
		Text   string
		Expect struct {
			ID, Stat, Err, Text string
			Sub, Dlvrd          *int
			SubmitDate          string `json:"submit_date"`
			DoneDate            string `json:"done_date"`
		}
		Note string
	}
	loadVectors(t, "receipts.json", &all)
	require.NotEmpty(t, all)
	number := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	clock := func(when time.Time) string {
		if when.IsZero() {
			return ""
		}
		return when.Format("2006-01-02T15:04:05")
	}
	for _, v := range all {
		r, err := coding.ParseReceipt(v.Text)
		require.NoError(t, err, v.Text)
		require.Equal(t, v.Expect.ID, r.ID, v.Text)
		require.Equal(t, v.Expect.Stat, r.Stat, v.Text)
		require.Equal(t, v.Expect.Err, r.Err, v.Text)
		require.Equal(t, number(v.Expect.Sub), r.Sub, v.Text)
		require.Equal(t, number(v.Expect.Dlvrd), r.Delivered, v.Text)
		require.Equal(t, v.Expect.SubmitDate, clock(r.Submitted), v.Text)
		require.Equal(t, v.Expect.DoneDate, clock(r.Done), v.Text)
		if !strings.Contains(v.Note, "raw UCS2") {
			require.Equal(t, v.Expect.Text, r.Text, v.Text)
		}
	}
}
