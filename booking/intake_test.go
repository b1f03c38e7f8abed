package booking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/parser"
)

// hashVault seals to hashes: enough to see that nothing stays in clear.
type hashVault struct{}

func (hashVault) sum(kind string, plain []byte) [32]byte {
	return sha256.Sum256(append([]byte(kind+"|"), plain...))
}
func (v hashVault) Seal(kind, owner string, plain []byte) []byte {
	s := v.sum(kind+owner, plain)
	return s[:]
}
func (hashVault) Open(string, string, []byte) ([]byte, error) { return nil, nil }
func (v hashVault) Token(kind string, plain []byte) string {
	s := v.sum(kind, plain)
	return hex.EncodeToString(s[:])
}
func (v hashVault) PRF(kind string, data []byte) [32]byte { return v.sum(kind, data) }

func intakeOf(t *testing.T, text string) *Intake {
	r := newRig(t, newMemStore())
	r.Vault = hashVault{}
	return r.intake(MO{MSISDN: 8613800138001, Text: text})
}

func TestIntakeKnowsAccounts(t *testing.T) {
	for text, want := range map[string]Account{
		"CARD ADD 6222021234567894":                {Kind: CardAccount, Last4: "7894", Brand: "icbc"},
		"CARD ADD 4000000000000002":                {Kind: CardAccount, Last4: "0002", Brand: "visa"},
		"CARD ADD 6222 0212 3456 7894 123":         {Kind: CardAccount, Last4: "4123", Brand: "icbc"},
		"CARD ADD 62220212345678901234567":         {Kind: BankAccount, Last4: "4567"},
		"CARD ADD GB29 NWBK 6016 1331 9268 19":     {Kind: IBANAccount, Last4: "6819"},
		"CARD ADD ALIPAY 13800138000":              {Kind: AlipayMobile, Last4: "8000"},
		"CARD ADD 13800138000":                     {Kind: AlipayMobile, Last4: "8000"},
		"CARD ADD WECHAT 13800138000":              {Kind: WeChatMobile, Last4: "8000"},
		"CARD ADD ALIPAY ann.lee@example.co.uk":    {Kind: AlipayMobile, Last4: ".lee"},
		"绑卡 微信 13800138000 别名 小微":                  {Kind: WeChatMobile, Last4: "8000"},
		"BOOK G123 2 6222021234567894 for my mum":  {Kind: CardAccount, Last4: "7894", Brand: "icbc"},
		"PAY K7M2P DE89370400440532013000 please.": {Kind: IBANAccount, Last4: "3000"},
	} {
		in := intakeOf(t, text)
		require.NotNil(t, in.Account, text)
		got := *in.Account
		require.Len(t, got.Token, 64, text)
		require.NotEmpty(t, got.Sealed, text)
		got.Token, got.Sealed = "", nil
		require.Equal(t, want, got, text)
		require.Empty(t, in.Command.Account.Value, text)
	}
	require.Nil(t, intakeOf(t, "CARD ADD ALIPAY").Account)
	require.Nil(t, intakeOf(t, "CARD DEF C2").Account)
	for text, doubtful := range map[string]bool{"CARD ADD 6222021234567894": false, "CARD ADD 6222021234567890": true,
		"CARD ADD DE89370400440532013000": false, "CARD ADD DE89370400440532013001": true, "CARD ADD 62220212345678901234567": false} {
		require.Equal(t, doubtful, intakeOf(t, text).Command.Account.Doubtful, text)
	}
}

// Every document that a text names somebody with is sealed and stays with him.
func TestIntakeSealsEveryPerson(t *testing.T) {
	in := intakeOf(t, "BOOK G123 5DEC ME, Li Na 110105198001010016, Wang Fang 110105194912310021")
	require.Len(t, in.Command.People, 3)
	require.Len(t, in.People, 3)
	require.Empty(t, in.People[0].Token)
	require.Equal(t, "1101**********0016", in.People[1].Masked)
	require.Equal(t, "1980-01-01", in.People[1].Birth)
	require.Empty(t, in.People[1].Findings)
	require.Equal(t, []string{"check digit"}, in.People[2].Findings)
	for _, p := range in.Command.People {
		require.Empty(t, p.Document)
	}
	require.Nil(t, intakeOf(t, "BOOK G123 5DEC ME,LI").People)
}

// TestC10Redacted: whatever a text carries, what is stored and what goes on to the
// turn has none of it in clear.
func TestC10Redacted(t *testing.T) {
	secrets := map[string]string{"card": "6222021234567894", "document": "110105198001010016", "passport": "E12345678",
		"account": "DE89370400440532013000", "long": "62220212345678901234567"}
	for name, secret := range secrets {
		for _, form := range []string{"%s", "my number is %s", "BOOK G123 2 %s", "SET JOB %s", "SET NAME %s", "SET CITY %s", "PAX ADD LI Li Na %s",
			"PAX DEL %s", "CARD DEL %s", "CARD ADD %s AS WORK", "REG Zhang Wei %s", "FORGET ME %s", "AGENT lost %s", "BOOK G123 ME, Li Na %s",
			"注册 张伟 %s", "乘客 加 李 李娜 %s", "绑卡 %s", "修改 证件 %s", "%s 密码 4711x"} {
			text := fmt.Sprintf(form, secret)
			in := intakeOf(t, text)
			b, err := json.Marshal(in)
			require.NoError(t, err)
			require.NotContains(t, string(b), secret, "%s: %s", name, text)
			require.NotContains(t, string(b), "4711x")
		}
	}
	in := intakeOf(t, "Y 730214 pin 4711")
	require.True(t, in.Removed)
	require.Equal(t, parser.Confirm, in.Command.Verb)
}

func TestCardBrand(t *testing.T) {
	for number, want := range map[string]string{"6222021234567894": "icbc", "6228480000000000": "abc", "6200000000000000": "unionpay",
		"4000000000000002": "visa", "5105105105105100": "mastercard", "2221000000000009": "mastercard", "2720990000000000": "mastercard",
		"2721000000000000": "", "378282246310005": "amex", "3530111333300000": "jcb", "30569309025904": "diners", "6011111111111117": "discover",
		"3095000000000000": "diners", "39000000000000": "diners", "180000000000000": "jcb", "213100000000000": "jcb", "3527990000000000": "", "3590000000000000": "", "3589990000000000": "jcb",
		"8100000000000000": "unionpay", "8171999999999999": "unionpay", "8172000000000000": "", "6440000000000000": "discover", "6430000000000000": "",
		"6759649826438453": "maestro", "5000000000000000": "maestro", "2200000000000000": "mir", "2204990000000000": "mir", "2205000000000000": "",
		"4011780000000000": "elo", "5066990000000000": "elo", "6277800000000000": "elo", "6509780000000000": "elo", "6509230000000000": "troy",
		"9792000000000000": "troy", "6583111100000000": "discover", "6508580400000000": "troy", "6508580500000000": "discover",
		"5060990000000000": "verve", "5061280000000000": "maestro", "5085000000000000": "rupay", "6521500000000000": "rupay",
		"6531500000000000": "discover", "8600000000000000": "uzcard", "9860000000000000": "humo",
		"9999999999999999": "", "": "", "62": "", "3": "",
		"400000000000": "", "4222222222222": "visa", "40000000000000000000": "", "510510510510510": "", "51051051051051000": "", "37828224631000": "",
		"3782822463100050": "", "62000000000000": "unionpay", "6200000000000": "", "622202123456789": "", "6222021234567890123": "icbc",
		"4055120000000000009": "visa"} {
		require.Equal(t, want, CardBrand(number), number)
		b, ok := BrandOf(want)
		require.Equal(t, want != "", ok)
		require.Equal(t, want, b.Key)
	}
}
