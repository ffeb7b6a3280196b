using Clustrix.Diagnostics;

namespace Clustrix.Tests;

public sealed class ErrorCatalogue
{
    [Fact]
    public void A_code_is_written_with_its_prefix_and_four_digits()
    {
        ErrorCode.BadDuration.ToText().ShouldBe("CLX1002");
    }

    [Fact]
    public void A_problem_is_written_in_the_form_that_build_logs_recognise()
    {
        new Problem(ErrorCode.BadDuration, "no unit", "a.csproj", 3).ToString()
            .ShouldBe("a.csproj(3,1) : error CLX1002: no unit");
    }
}
