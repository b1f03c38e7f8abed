package parser_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// Who is no operator learns nothing from what HOLD and the like are read as: it is
// what any unknown word of that length is read as.
func TestPlainKnowsNoOperatorVerbs(t *testing.T) {
	ctx := goldenContext()
	for _, c := range []struct{ text, word string }{
		{"STAT", "STAT"}, {"stat 5DEC", "stat"}, {"STAT CLASS", "STAT"}, {"HOLD G123", "HOLD"}, {"HODL G123", "HODL"}, {"STTA", "STTA"},
		{"OPEN G123 5DEC 2ND", "OPEN"}, {"HOLD G123,G5", "HOLD"}, {"BCAST G123 Delayed by 20 min", "BCAST"}, {"BCAST Beijing Shanghai is late", "BCAST"},
		{"停售 G123", "停售"}, {"停售G123", "停售"}, {"统计", "统计"}, {"统计 5号", "统计"}, {"通知 G123 晚点20分", "通知"}, {"开售 G123 5号", "开售"},
		{"DESK", "DESK"}, {"DEKS 7", "DEKS"}, {"工单 完成 7", "工单"}, {"复核", "复核"}, {"desk done 7", "desk"},
	} {
		got := parser.Plain(c.text, ctx)
		require.False(t, got.Verb.Operator(), c.text)
		for _, other := range []string{"zzzz", "qqqqq", "囗囗"} {
			if len(other) != len(c.word) {
				continue
			}
			want := parser.Parse(strings.Replace(c.text, c.word, other, 1), ctx)
			require.Equal(t, want.Verb, got.Verb, c.text)
			require.Equal(t, want.Service, got.Service, c.text)
			require.Equal(t, want.Services, got.Services, c.text)
			require.Equal(t, want.Places, got.Places, c.text)
			require.Equal(t, want.Date, got.Date, c.text)
			require.Equal(t, want.Count, got.Count, c.text)
			require.Equal(t, want.Value, got.Value, c.text)
			require.Empty(t, got.Suggest)
			require.Equal(t, strings.ReplaceAll(strings.Join(want.Unread, "|"), other, c.word), strings.Join(got.Unread, "|"), c.text)
		}
	}
	stacked := parser.Plain("STAT HOLD OPEN BCAST STAT G123", ctx)
	require.False(t, stacked.Verb.Operator())
	for _, text := range []string{"BOOK G123 5DEC 2", "Y 730214", "订 G123 5号 2张", "ORD"} {
		require.Equal(t, parser.Parse(text, ctx), parser.Plain(text, ctx), text)
	}
}
