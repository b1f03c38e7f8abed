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

// brandRow is a brand with the fewest and most digits of its numbers and how they
// begin: single beginnings, or ranges as 51-55.
type brandRow struct {
	Brand
	least, most int
	starts      string
}

// brands are the issuers and schemes by their first digits; the first row that
// has a number decides. The six digits of Chinese banks are those of their most
// common debit cards, as the list of hexindai/bcbc (2025) has them. The schemes'
// are those of braintree/credit-card-type (2026), where narrow ranges lie within
// the wide ones of others and so come first; RuPay, Uzcard and Humo are not in
// it and as merchants' programs have them. A number of no row has no brand, which
// means nothing.
var brands = [...]brandRow{
	{Brand{"icbc", "ICBC", "工行"}, 16, 19, "622202 622200 622208 621226"},
	{Brand{"abc", "ABC", "农行"}, 16, 19, "622848 622845"},
	{Brand{"ccb", "CCB", "建行"}, 16, 19, "622700 621700 436742"},
	{Brand{"boc", "BOC", "中行"}, 16, 19, "621660 621661 456351 601382"},
	{Brand{"bocom", "BoCom", "交行"}, 16, 19, "622258 622260 622262"},
	{Brand{"cmb", "CMB", "招行"}, 16, 19, "622588 622580"},
	{Brand{"psbc", "PSBC", "邮储"}, 16, 19, "622188 621098"},
	{Brand{"elo", "Elo", "Elo"}, 16, 16, "401178-401179 431274 438935 451416 457393 457631-457632 504175 506699-506778 509 627780 636297 636368 " +
		"650031-650033 650035-650051 650405-650439 650485-650538 650541-650598 650700-650718 650720-650727 650901-650922 650924-650978 " +
		"651652-651679 655000-655019 655021-655058"},
	{Brand{"troy", "Troy", "Troy"}, 16, 16, "9792 650052 650082-650083 650092 650161 650170 650173 650175 650268 650271 650273-650274 650456-650457 " +
		"650836 650846-650850 650923 650987 650990 654997 657366 657998 658758 658767-658768 65083700-65083704 65085800-65085804 " +
		"65085900-65085901 65086000 65086100-65086105 65086200-65086203 65875000-65875003 65875009 65875101-65875104 65875200 65875501 " +
		"65875601 65875900 65876000-65876002 65876100-65876103 65876110 65876115-65876116 65876200-65876201 65876500 65876504-65876505 " +
		"65876600-65876602 65877100-65877101 65877600-65877602 65877700 65877801-65877802 65878200-65878202 65878300-65878311 " +
		"65878400-65878405 65878500-65878505 65878600-65878601 65879800 65880800 65880900"},
	{Brand{"verve", "Verve", "Verve"}, 16, 19, "506099-506127 506129 506133-506150 506158-506163 506166 506168 506170 506173 506176-506180 506184 " +
		"506187-506188 506191 506195 506197 507865-507866 507868-507877 507880-507888 507900 507941"},
	{Brand{"rupay", "RuPay", "RuPay"}, 16, 16, "508500-508999 606985-607984 608001-608500 652150-653149"},
	{Brand{"mir", "Mir", "Mir"}, 16, 19, "2200-2204"},
	{Brand{"uzcard", "Uzcard", "Uzcard"}, 16, 16, "8600"},
	{Brand{"humo", "Humo", "Humo"}, 16, 16, "9860"},
	{Brand{"unionpay", "UnionPay", "银联"}, 14, 19, "62 8100-8171"},
	{Brand{"visa", "Visa", "Visa"}, 13, 19, "4"},
	{Brand{"mastercard", "Mastercard", "万事达"}, 16, 16, "51-55 2221-2720"},
	{Brand{"amex", "Amex", "运通"}, 15, 15, "34 37"},
	{Brand{"jcb", "JCB", "JCB"}, 15, 19, "3528-3589 1800 2131"},
	{Brand{"diners", "Diners", "大来"}, 14, 19, "300-305 3095 36 38-39"},
	{Brand{"discover", "Discover", "Discover"}, 16, 19, "6011 644-649 65"},
	{Brand{"maestro", "Maestro", "Maestro"}, 12, 19, "50 56-59 63 67"},
}

// CardBrand returns the key of the brand that a card number belongs to; empty
// when the table has none, or when that brand has no numbers of this length.
func CardBrand(number string) string {
	for i := range brands {
		wrong := len(number) < brands[i].least || len(number) > brands[i].most
		for start := range strings.FieldsSeq(brands[i].starts) {
			low, high, ranged := strings.Cut(start, "-")
			if !ranged {
				high = low
			}
			if len(number) >= len(low) && number[:len(low)] >= low && number[:len(low)] <= high {
				if wrong {
					return ""
				}
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
