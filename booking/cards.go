package booking

import "strings"

// maxCard is the longest number of a card (ISO/IEC 7812-1 §4); longer ones are
// bank accounts.
const maxCard = 19

// Brand is the bank or scheme that a card's first digits name.
type Brand struct {
	Key string // stored
	En  string
	Zh  string
}

// brandRow is a brand with the beginnings of its numbers: single ones, or
// ranges as 51-55.
type brandRow struct {
	Brand
	starts string
}

// brands are the issuers and schemes by their first digits, issuers first. The
// schemes' ranges are those that they publish for acquirers under ISO/IEC
// 7812-2; the six digits of Chinese banks are those of their most common debit
// cards, as UnionPay's acquirers list them. A number of no row has no brand,
// which means nothing.
var brands = [...]brandRow{
	{Brand{"icbc", "ICBC", "工行"}, "622202 622200 622208 621226"},
	{Brand{"abc", "ABC", "农行"}, "622848 622845"},
	{Brand{"ccb", "CCB", "建行"}, "622700 621700 436742"},
	{Brand{"boc", "BOC", "中行"}, "621660 621661 456351 601382"},
	{Brand{"bocom", "BoCom", "交行"}, "622258 622260 622262"},
	{Brand{"cmb", "CMB", "招行"}, "622588 622580"},
	{Brand{"psbc", "PSBC", "邮储"}, "622188 621098"},
	{Brand{"unionpay", "UnionPay", "银联"}, "62 81"},
	{Brand{"visa", "Visa", "Visa"}, "4"},
	{Brand{"mastercard", "Mastercard", "万事达"}, "51-55 2221-2720"},
	{Brand{"amex", "Amex", "运通"}, "34 37"},
	{Brand{"jcb", "JCB", "JCB"}, "3528-3589"},
	{Brand{"diners", "Diners", "大来"}, "300-305 36 38"},
	{Brand{"discover", "Discover", "Discover"}, "6011 644-649 65"},
}

// CardBrand returns the key of the brand that a card number belongs to; empty
// when the table has none.
func CardBrand(number string) string {
	for i := range brands {
		for start := range strings.FieldsSeq(brands[i].starts) {
			low, high, ranged := strings.Cut(start, "-")
			if !ranged {
				high = low
			}
			if len(number) >= len(low) && number[:len(low)] >= low && number[:len(low)] <= high {
				return brands[i].Key
			}
		}
	}
	return ""
}

// BrandOf returns the brand of a key; false when there is none.
func BrandOf(key string) (Brand, bool) {
	for i := range brands {
		if brands[i].Key == key {
			return brands[i].Brand, true
		}
	}
	return Brand{}, false
}
