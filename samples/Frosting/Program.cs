using Cake.Clustrix;
using Cake.Common.Diagnostics;
using Cake.Frosting;

return new CakeHost().UseContext<FrostingContext>().Run(args);

[TaskName("Default")]
public sealed class CountTask : FrostingTask<FrostingContext>
{
    public override void Run(FrostingContext context)
    {
        var report = context.ClustrixRun(settings =>
        {
            settings.Payload.Add(new ClustrixPayload("data"));
            settings.Items.Add(new ClustrixItem("lines", "cat data/* | wc -l > lines.txt") { Outputs = { "lines.txt" } });
        });
        context.Information(report.Directory);
    }
}
