package coding_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

// receipt is a receipt without a field, changed by edit.
func receipt(edit func(r *coding.Receipt)) coding.Receipt {
	r := coding.Receipt{Sub: -1, Delivered: -1}
	edit(&r)
	return r
}

func TestParseReceipt(t *testing.T) {
	full := coding.Receipt{
		ID: "0123456789", Sub: 2, Delivered: 1,
		Submitted: time.Date(2010, 5, 23, 20, 39, 0, 0, time.UTC), Done: time.Date(2010, 5, 24, 23, 39, 0, 0, time.UTC),
		Stat: "DELIVRD", State: coding.StateDelivered, Err: "012", Text: "This is a sample mes",
	}
	for _, c := range []struct {
		name, text string
		want       coding.Receipt
	}{
		{"standard", "id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD err:012 text:This is a sample mes", full},
		{"upper case", "ID:0123456789 SUB:002 DLVRD:001 SUBMIT DATE:1005232039 DONE DATE:1005242339 STAT:DELIVRD ERR:012 TEXT:This is a sample mes", full},
		{"other order", "stat:delivrd text:This is a sample mes err:012 done date:1005242339 submit date:1005232039 dlvrd:001 sub:002 id:0123456789", full},
		{"underscores and line ends", "id:0123456789\r\nsub:002\r\ndlvrd:001\r\nsubmit_date:1005232039\r\ndonedate:100524233900\r\nstat:DELIVRD\r\nerr:012\r\ntext:This is a sample mes\r\n", full},
		{"spaces after colons", "id: 0123456789 sub: 002 dlvrd: 001 submit date: 1005232039 done date: 1005242339 stat: DELIVRD err: 012 text: This is a sample mes", full},
		{"commas", "id:0123456789,sub:002,dlvrd:001,submit date:1005232039,done date:1005242339,stat:DELIVRD,err:012,text:This is a sample mes", full},
		{"first of a field counts", "id:0123456789 id:9 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD stat:UNDELIV err:012 text:This is a sample mes", full},
		{"only stat", "stat:UNDELIV", receipt(func(r *coding.Receipt) { r.Stat, r.State = "UNDELIV", coding.StateUndeliverable })},
		{"empty values", "id: stat: err:", receipt(func(*coding.Receipt) {})},
		{"text cannot overrule", "id:1 stat:EXPIRED text:stat:DELIVRD id:2 stat:DELIVRD", receipt(func(r *coding.Receipt) {
			r.ID, r.Stat, r.State, r.Text = "1", "EXPIRED", coding.StateExpired, "stat:DELIVRD id:2 stat:DELIVRD"
		})},
		{"label inside a word", "guid:5 mystat:X id:6", receipt(func(r *coding.Receipt) { r.ID = "6" })},
		{"numbers that are none", "id:1 sub:x dlvrd:-3", receipt(func(r *coding.Receipt) { r.ID = "1" })},
		{"cut", "id:1 stat:DELI", receipt(func(r *coding.Receipt) { r.ID, r.Stat = "1", "DELI" })},
		{"cut in a label", "id:1 submit dat", receipt(func(r *coding.Receipt) { r.ID = "1" })},
		{"odd octets", "id:\xff\x00 text:\x1b", receipt(func(r *coding.Receipt) { r.ID, r.Text = "\xff\x00", "\x1b" })},
	} {
		r, err := coding.ParseReceipt(c.text)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, r, c.name)
	}
}

func TestParseReceiptRefuses(t *testing.T) {
	for _, text := range []string{"", "T G1 Beijing", "identity:5", "id", "rid:5", "text", "stat :DELIVRD"} {
		r, err := coding.ParseReceipt(text)
		require.ErrorIs(t, err, coding.ErrNotReceipt, text)
		require.Equal(t, receipt(func(*coding.Receipt) {}), r)
	}
}

func TestReceiptTimes(t *testing.T) {
	for value, want := range map[string]time.Time{
		"1701240904":     time.Date(2017, 1, 24, 9, 4, 0, 0, time.UTC),
		"110206193041":   time.Date(2011, 2, 6, 19, 30, 41, 0, time.UTC),
		"200319131913":   time.Date(2020, 3, 19, 13, 19, 13, 0, time.UTC),
		"202503191319":   time.Date(2025, 3, 19, 13, 19, 0, 0, time.UTC), // month 25 cannot be, so the year has four digits
		"20110314181534": time.Date(2011, 3, 14, 18, 15, 34, 0, time.UTC),
		"6912312359":     time.Date(2069, 12, 31, 23, 59, 0, 0, time.UTC),
		"7001010000":     time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		"2402290000":     time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2302290000":     {},
		"0000000000":     {},
		"000000000000":   {},
		"00000000000000": {},
		"1701242404":     {},
		"1701240960":     {},
		"170124090460":   {},
		"17012409":       {},
		"17-01-2409":     {},
		"":               {},
	} {
		r, err := coding.ParseReceipt("done date:" + value)
		require.NoError(t, err)
		require.True(t, want.Equal(r.Done), "%s: %s", value, r.Done)
	}
}

func TestReceiptStates(t *testing.T) {
	for stat, want := range map[string]coding.MessageState{
		"ENROUTE": coding.StateEnroute, "DELIVRD": coding.StateDelivered, "EXPIRED": coding.StateExpired,
		"DELETED": coding.StateDeleted, "UNDELIV": coding.StateUndeliverable, "ACCEPTD": coding.StateAccepted,
		"UNKNOWN": coding.StateUnknown, "REJECTD": coding.StateRejected, "failed": coding.StateUndeliverable,
		"BADSTAT": coding.StateNone, "": coding.StateNone,
	} {
		r, err := coding.ParseReceipt("stat:" + stat)
		require.NoError(t, err)
		require.Equal(t, want, r.State, stat)
	}
	final := map[coding.MessageState]bool{
		coding.StateDelivered: true, coding.StateExpired: true, coding.StateDeleted: true,
		coding.StateUndeliverable: true, coding.StateRejected: true,
	}
	names := map[string]bool{}
	for s := coding.StateNone; s <= coding.StateRejected; s++ {
		require.Equal(t, final[s], s.Final(), s)
		names[s.String()] = true
	}
	require.Len(t, names, 9)
}

func TestReceiptWithTLVs(t *testing.T) {
	r, err := coding.ParseReceipt("id:0059113978 stat:ENROUTE")
	require.NoError(t, err)
	r = r.WithTLVs(coding.StateDelivered, "38601fa\x00")
	require.Equal(t, coding.StateDelivered, r.State)
	require.Equal(t, "38601fa", r.ReceiptedID)
	require.Equal(t, "ENROUTE", r.Stat)
	require.Equal(t, []string{"38601fa", "0059113978"}, r.IDs()[:2])
	require.Equal(t, coding.StateEnroute, receipt(func(r *coding.Receipt) { r.State = coding.StateEnroute }).WithTLVs(coding.StateNone, "").State)
	require.Equal(t, coding.StateNone, receipt(func(*coding.Receipt) {}).WithTLVs(200, "").State)

	// TLVs alone, when the text is none.
	bare, err := coding.ParseReceipt("")
	require.ErrorIs(t, err, coding.ErrNotReceipt)
	require.Equal(t, []string{"ABC", "abc", "2748", "0000002748"}, bare.WithTLVs(coding.StateExpired, "ABC").IDs())
	require.Empty(t, bare.IDs())
}

func TestMessageIDForms(t *testing.T) {
	for _, c := range []struct{ submitted, receipt string }{
		{"38601fa", "0059113978"},
		{"038601fa", "59113978"},
		{"1d305b4c", "0489708364"},
		{"16fee0e525", "98765432101"},
		{"16FEE0E525", "98765432101"},
		{"59113978", "38601FA"},
		{"0059113978", "38601fa"},
		{"29095", "0000029095"},
		{"fa9542be-3c16-44bb-9a8c-d277ea1851ef", "FA9542BE-3C16-44BB-9A8C-D277EA1851EF"},
		{"0", "00000000"},
	} {
		require.Contains(t, coding.MessageIDForms(c.receipt), c.submitted)
		require.Equal(t, c.receipt, coding.MessageIDForms(c.receipt)[0])
	}
	require.Equal(t, []string{"171026125222636445993424531920"}, coding.MessageIDForms("171026125222636445993424531920"))
	require.Empty(t, coding.MessageIDForms(""))
}

func TestIsReceipt(t *testing.T) {
	for esm, want := range map[byte]bool{0x00: false, 0x04: true, 0x44: true, 0x20: true, 0x08: false, 0x10: false, 0x18: false, 0x40: false, 0x84: true, 0x03: false, 0x07: true} {
		require.Equal(t, want, coding.IsReceipt(esm), "%#02x", esm)
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD err:012 text:This is")
	f.Add("id: text: stat:\x00")
	f.Add("submit date:999999999999")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := coding.ParseReceipt(text)
		if err != nil {
			require.Equal(t, receipt(func(*coding.Receipt) {}), r)
			return
		}
		require.LessOrEqual(t, len(r.ID)+len(r.Err)+len(r.Text), len(text), "fields do not overlap")
		for _, id := range r.IDs() {
			require.NotEmpty(t, id)
		}
		// What the carrier wrote wins over what follows it.
		if r.Stat != "" && r.ID != "" {
			again, err := coding.ParseReceipt(text + " stat:OTHER id:other")
			require.NoError(t, err)
			require.Equal(t, r.Stat, again.Stat)
			require.Equal(t, r.ID, again.ID)
		}
	})
}

func BenchmarkParseReceipt(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := coding.ParseReceipt("id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD err:012 text:This is a sample mes"); err != nil {
			b.Fatal(err)
		}
	}
}

// S17: whichever form of the id a carrier writes into its receipt, and wherever,
// it is found among those that submit_sm_resp may have given.
func TestS17IdsOfReceipts(t *testing.T) {
	for _, c := range []struct{ response, receipt string }{
		{"1000001", "1000001"},
		{"1000001", "f4241"},
		{"1000001", "F4241"},
		{"1000001", "000F4241"},
		{"f4241", "1000001"},
		{"F4241", "1000001"},
		{"0000F4241", "1000001"},
		{"0001000001", "1000001"},
		{"1000001", "0001000001"},
		{"4B1C-77", "4b1c-77"},
	} {
		inText, err := coding.ParseReceipt("id:" + c.receipt + " stat:DELIVRD")
		require.NoError(t, err)
		inTLV, err := coding.ParseReceipt("stat:DELIVRD")
		require.NoError(t, err)
		for _, r := range []coding.Receipt{inText, inTLV.WithTLVs(coding.StateDelivered, c.receipt)} {
			found := false
			for _, form := range coding.MessageIDForms(c.response) {
				for _, id := range r.IDs() {
					found = found || id == form
				}
			}
			require.True(t, found, "%s in submit_sm_resp, %s in the receipt: %v", c.response, c.receipt, r.IDs())
		}
	}
}
