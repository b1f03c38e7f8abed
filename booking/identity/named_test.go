package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamed(t *testing.T) {
	for word, want := range map[string][2]string{
		"Guangdong": {"44", ""}, "guangdong": {"44", ""}, "广东": {"44", ""}, "广东省": {"44", ""}, "北京": {"11", ""}, "北京市": {"11", ""},
		"Inner Mongolia": {"15", ""}, "内蒙古自治区": {"15", ""}, "广西壮族自治区": {"45", ""}, "香港特别行政区": {"81", ""}, "吉林": {"22", ""},
		"深圳": {"44", "4403"}, "深圳市": {"44", "4403"}, "杭州": {"33", "3301"}, "海口": {"46", "4601"}, "大理白族自治州": {"53", "5329"},
		"11": {"11", ""}, "110105": {"11", ""}, "310115": {"31", ""}, "330106": {"33", "3301"}, "4403": {"44", "4403"}, " 广州 ": {"44", "4401"},
	} {
		region, prefecture, ok := Named(word)
		require.True(t, ok, word)
		require.Equal(t, want, [2]string{region.Code, prefecture.Code}, word)
	}
	for _, word := range []string{"", "Atlantis", "市辖区", "县", "99", "990000", "1", "12345", "省直辖县级", "市", "省"} {
		_, _, ok := Named(word)
		require.False(t, ok, word)
	}
}
