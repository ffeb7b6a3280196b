using Clustrix.Diagnostics;

namespace Clustrix.MSBuild.Tests.Tasks;

public sealed class EveryTask
{
    private readonly RecordingEngine _engine = new();

    [Fact]
    public void Tells_each_problem_as_an_error_with_its_code_and_place()
    {
        var task = Task(_ => throw new ClustrixException(
        [
            new Problem(ErrorCode.BadDuration, "100 % {wrong}", "a.props", 3, 5),
            new Problem(ErrorCode.UnknownCluster, "no place"),
        ]));

        task.Execute().ShouldBeFalse();

        _engine.Errors.Select(e => (e.Code, e.Message, e.File, e.LineNumber, e.ColumnNumber)).ShouldBe(
        [
            ("CLX1002", "100 % {wrong}", "a.props", 3, 5),
            ("CLX1013", "no place", "job.csproj", 0, 0),
        ]);
    }

    [Fact]
    public void Goes_on_after_a_warning()
    {
        var task = Task(work => work.Log.Warn(new Problem(ErrorCode.FloatingVersionMoved, "moved")));

        task.Execute().ShouldBeTrue();

        _engine.Warnings.ShouldHaveSingleItem().Code.ShouldBe("CLX2004");
    }

    [Fact]
    public void Ends_without_an_error_of_its_own_when_the_user_stops_the_build()
    {
        var task = Task(work => work.Token.WaitHandle.WaitOne());
        task.Cancel();

        task.Execute().ShouldBeFalse();

        _engine.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Tells_a_bug_as_one_and_keeps_its_stack_in_the_detailed_log()
    {
        var task = Task(_ => throw new InvalidOperationException("a bug"));

        task.Execute().ShouldBeFalse();

        var error = _engine.Errors.ShouldHaveSingleItem();
        error.Code.ShouldBe("CLX9001");
        error.Message.ShouldNotBeNull().ShouldStartWith("InvalidOperationException: a bug");
        _engine.Messages.ShouldContain(message => message.Message!.Contains("   at ", StringComparison.Ordinal));
    }

    private Probe Task(Action<Work> work) => new(work) { BuildEngine = _engine, ProjectFile = "job.csproj" };

    private sealed record Work(ILog Log, CancellationToken Token);

    private sealed class Probe(Action<Work> work) : ClustrixTask
    {
        protected override Task RunAsync(CancellationToken cancellationToken)
        {
            work(new Work(BuildLog, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            return System.Threading.Tasks.Task.CompletedTask;
        }
    }
}
