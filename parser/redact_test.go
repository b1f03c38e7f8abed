package parser_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

func TestRedact(t *testing.T) {
	const (
		card     = parser.SecretCard
		document = parser.SecretDocument
		check    = parser.SecretCheckValue
		pin      = parser.SecretPIN
		password = parser.SecretPassword
	)
	for _, tt := range []struct {
		text, clean string
		kind        parser.SecretKind // 0: nothing to find
		value       string
	}{
		{"BOOK G123 2 6222021234567894", "BOOK G123 2 card*7894", card, "6222021234567894"},
		{"BOOK G123 2 6222021234567890", "BOOK G123 2 card*7890", card, "6222021234567890"},
		{"BOOK G123 2 card 6222021234567894", "BOOK G123 2 card *7894", card, "6222021234567894"},
		{"BOOK G123 2 card6222021234567894", "BOOK G123 2 card*7894", card, "6222021234567894"},
		{"BOOK G123 2 6222 0212 3456 7894 5DEC", "BOOK G123 2 card*7894 5DEC", card, "6222021234567894"},
		{"BOOK G123 2 6222-0212-3456-7894", "BOOK G123 2 card*7894", card, "6222021234567894"},
		{"BOOK G123 2 6222–0212–3456–7894", "BOOK G123 2 card*7894", card, "6222021234567894"},
		{"BOOK G123 2 6222\u200b0212 3456 7894", "BOOK G123 2 card*7894", card, "6222021234567894"},
		{"订G123两张６２２２０２１２３４５６７８９４", "订G123两张 card*7894", card, "6222021234567894"},
		{"订 G1 1张 6222021234567894", "订 G1 1张 card*7894", card, "6222021234567894"},
		{"PAY K7M2P 4222222222222", "PAY K7M2P card*2222", card, "4222222222222"},
		{"PAY K7M2P 378282246310005", "PAY K7M2P card*0005", card, "378282246310005"},
		{"6222021234567894012", "card*4012", card, "6222021234567894012"},
		{"pay 3782 822463 10005", "pay card*0005", card, "378282246310005"},
		{"REG Zhang Wei 11010519491231002X", "REG Zhang Wei 1101**********002X", document, "11010519491231002X"},
		{"reg zhang wei 11010519491231002x", "reg zhang wei 1101**********002X", document, "11010519491231002X"},
		{"注册张伟11010519491231002X", "注册张伟 1101**********002X", document, "11010519491231002X"},
		{"Zhang Wei 110105 19491231 002X", "Zhang Wei 1101**********002X", document, "11010519491231002X"},
		{"REG Wang 110105194912310021", "REG Wang 1101**********0021", document, "110105194912310021"},
		{"REG Wang 1101051949123100", "REG Wang 1101********3100", document, "1101051949123100"},
		{"REG Wang 110105491231002", "REG Wang 1101*******1002", document, "110105491231002"},
		{"REG Ann E12345678", "REG Ann E******78", document, "E12345678"},
		{"reg ann e 12345678", "reg ann E******78", document, "E12345678"},
		{"注册 安 AB123456", "注册 安 A*****56", document, "AB123456"},
		{"E12345678", "E******78", document, "E12345678"},
		{"take PE1234567", "take P******67", document, "PE1234567"},
		{"take d12345678", "take D******78", document, "D12345678"},
		{"take K12345678", "take K******78", document, "K12345678"},
		{"take MA1234567", "take M******67", document, "MA1234567"},
		{"take H1234567801", "take H********01", document, "H1234567801"},
		{"REG Anna L898902C36UTO7408122F1204159ZE184226B<<<<<10", "REG Anna L898************************************<<10", document, "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
		{"reg anna ab12345<<5", "reg anna A*******<5", document, "AB12345<<5"},
		{"BOOK G123 2 CVV 123", "BOOK G123 2 CVV [removed]", check, "123"},
		{"cvv2: 1234", "cvv2: [removed]", check, "1234"},
		{"CVC123", "CVC[removed]", check, "123"},
		{"安全码 123", "安全码 [removed]", check, "123"},
		{"my pin is 1234", "my pin is [removed]", pin, "1234"},
		{"PIN:123456", "PIN:[removed]", pin, "123456"},
		{"password abc", "password [removed]", password, "abc"},
		{"Password: S3cret!x, thanks", "Password: [removed], thanks", password, "s3cret!x"},
		{"密码 123456", "密码 [removed]", password, "123456"},
		{"密碼是123456", "密碼是[removed]", password, "123456"},
		{"支付密码:a1b2c3", "支付密码:[removed]", password, "a1b2c3"},
	} {
		clean, found := parser.Redact(tt.text)
		require.Len(t, found, 1, tt.text)
		require.Equal(t, tt.clean, clean, tt.text)
		require.Equal(t, tt.kind, found[0].Kind, tt.text)
		require.Equal(t, tt.value, found[0].Value, tt.text)
	}
}

func TestRedactSeveral(t *testing.T) {
	clean, found := parser.Redact("REG Wei 11010519491231002X 6222021234567894 cvv 999 pin 1234")
	require.Equal(t, "REG Wei 1101**********002X card*7894 cvv [removed] pin [removed]", clean)
	require.Len(t, found, 4)
}

// TestRedactedReadsTheSame holds that a stored text without its secrets
// still says everything else.
func TestRedactedReadsTheSame(t *testing.T) {
	ctx := goldenContext()
	for _, text := range []string{"BOOK G123 5DEC 2 2ND 6222021234567894", "订G123两张6222021234567894", "PAY K7M2P card6222021234567894"} {
		clean, _ := parser.Redact(text)
		want, got := parser.Parse(text, ctx), parser.Parse(clean, ctx)
		require.Equal(t, parser.Account{Kind: parser.LastFour, Value: "7894"}, got.Account, clean)
		want.Account, want.Why, got.Why = got.Account, nil, nil
		require.Equal(t, want, got, clean)
	}
}

// What is no secret stays as it was.
func TestRedactNothing(t *testing.T) {
	for _, text := range []string{
		"验证码 123456", "Y 730214", "BOOK G123 5DEC 2 2ND C1", "CARD ADD ALIPAY 13800138000", "8613800138000", "password reset please",
		"密码忘了", "PINGYAO 123456", "shopping 1234", "Q BEIJING SHANGHAI 2026-12-05 14:30", "从北京到上海 明天下午", "", "BOOK G123 2 card*7890",
		"REG Zhang Wei 1101**********002X", "CVV [removed]", "BOOK G123 2 card N17",
	} {
		clean, found := parser.Redact(text)
		require.Empty(t, found, text)
		require.Equal(t, text, clean)
	}
}
