package identity

import (
	"cmp"
	"slices"
	"strings"
)

// suffixes are what the names of regions and prefectures may end with.
var suffixes = [...]string{"特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州", "地区", "省", "市", "盟"}

// groups tells whether an entry of the table only groups the districts or
// counties of a region.
func groups(name string) bool {
	return name == "市辖区" || name == "县" || name == "市" || strings.Contains(name, "直辖")
}

// Named finds a region, or a prefecture with its region, by its name (Guangdong,
// 广东, 广东省, 广州, 广州市; English names of prefectures are not known) or by the two
// to six digits that a resident number begins with. Codes change when prefectures
// do: of several with a name, that of the latest province and there the lowest is
// meant, which cities have. prefecture is empty for a region, and for what only
// groups the districts of one.
func Named(word string) (region Region, prefecture Prefecture, ok bool) {
	word = strings.TrimSpace(word)
	if n := len(word); digitsFrom(word, 0) == n && (n == 2 || n == 4 || n == 6) {
		region, ok = RegionOf(word[:2])
		if ok && n >= 4 {
			prefecture, _ = PrefectureOf(word[:4])
			if groups(prefecture.Chinese) {
				prefecture = Prefecture{}
			}
		}
		return region, prefecture, ok
	}
	bare := trimSuffix(word)
	for _, r := range regions {
		if strings.EqualFold(r.English, word) || r.Chinese == bare {
			return r, Prefecture{}, true
		}
	}
	var codes []string
	for code, name := range prefectures {
		if !groups(name) && (name == word || bare != "" && trimSuffix(name) == bare) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return Region{}, Prefecture{}, false
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(b[:2], a[:2]), cmp.Compare(a, b))
	})
	region, ok = RegionOf(codes[0][:2])
	return region, Prefecture{Code: codes[0], Chinese: prefectures[codes[0]]}, ok
}

func trimSuffix(name string) string {
	for _, s := range suffixes {
		if bare, ok := strings.CutSuffix(name, s); ok && bare != "" {
			return bare
		}
	}
	return name
}
