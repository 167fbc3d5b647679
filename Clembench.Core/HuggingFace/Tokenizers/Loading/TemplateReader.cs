namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>Reads <c>post_processor</c> of a tokenizer.json.</summary>
internal static class TemplateReader
{
    public static TokenTemplate Read(JsonCursor json)
    {
        if (json.IsNull)
            return TokenTemplate.Text;
        switch (json.Type)
        {
            case "Sequence":
                return json["processors"].Items().Select(Read).Aggregate(TokenTemplate.Text, (inner, outer) => Bounded(outer.Around(inner), json));
            case "ByteLevel":
                return TokenTemplate.Text;
            case "BertProcessing" or "RobertaProcessing":
                return new TokenTemplate([ReadPair(json["cls"]), null, ReadPair(json["sep"])]);
            case "TemplateProcessing":
                return ReadTemplate(json);
            default:
                throw TokenizerFault.Unknown(json.Source, json.Path, $"the post-processor '{json.Type}' is not known");
        }
    }

    // Templates around templates that repeat the text grow without bound.
    private static TokenTemplate Bounded(TokenTemplate template, JsonCursor json) =>
        template.Parts.Count <= 10_000 ? template : throw json.Wrong("the templates put more than 10000 parts together");

    private static int ReadPair(JsonCursor json)
    {
        var items = json.Items().ToList();
        return items.Count == 2 ? items[1].Count() : throw json.Wrong("a token and its id are expected here");
    }

    private static TokenTemplate ReadTemplate(JsonCursor json)
    {
        var specials = json["special_tokens"];
        var parts = new List<int?>();
        foreach (var item in json["single"].Items())
        {
            var special = item["SpecialToken"];
            if (special.IsNull)
            {
                // A template for one text has no second one ('B').
                if (item["Sequence"]["id"].Text() == "A")
                    parts.Add(null);
                continue;
            }
            var name = special["id"].Text();
            parts.AddRange(specials[name]["ids"].Items().Select(id => (int?)id.Count()));
        }
        return Bounded(new TokenTemplate(parts), json);
    }
}
